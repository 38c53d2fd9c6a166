"""The error for all wrong input."""


class InputError(Exception):
    """A person's input cannot be used; the message names it and says what to do instead.

    It is deliberately no ``ValueError``, because pydantic would wrap that in a longer message.
    """
