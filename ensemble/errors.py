"""The one error that a person can cause."""


class InputError(Exception):
    """Something a person gave cannot be used; the message names it and says what to do instead.

    It is not a ``ValueError`` on purpose: pydantic would wrap a ``ValueError`` in its own, longer words.
    """
