"""Who has asked for runs."""

from __future__ import annotations

from typing import NamedTuple


class Owner(NamedTuple):
    """Who has asked for runs. The training service knows it as a string, and replaces what the same owner asked for before.

    Attributes
    ----------
    session : str
        A random name of the session.
    tab : str
        The browser tab, as ``streamlit_internals.browser_tab`` names it.
    kind : str
        Which of the session's experiments; empty for its run.

    Examples
    --------
    >>> str(Owner("c0ffee", "tab-1", "sweep"))
    'c0ffee/tab-1/sweep'
    >>> Owner.parse("c0ffee/tab-1/sweep").tab
    'tab-1'
    """

    session: str
    tab: str
    kind: str = ""

    def __str__(self) -> str:
        return "/".join(self)

    @classmethod
    def parse(cls, text: str) -> Owner:
        """The owner that ``str`` has written; what has no tab, as the sweeps that ship with the app, is nobody's.

        >>> Owner.parse("example")
        Owner(session='example', tab='', kind='')
        """
        session, tab, kind = (*text.split("/", 2), "", "")[:3]
        return cls(session, tab, kind)
