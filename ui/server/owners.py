"""The owner of runs: a session, its browser tab, and one of its experiments."""

from __future__ import annotations

from typing import NamedTuple


class Owner(NamedTuple):
    """Owner of submitted runs. The training service gets it as a string; a new submission replaces the owner's previous one.

    Attributes
    ----------
    session : str
        A random id of the session.
    tab : str
        The id of the browser tab, from ``streamlit_internals.browser_tab``.
    kind : str
        One of the session's experiments; empty for its single run.

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
        """The reverse of ``str``; the owner of what ships with the app has no tab.

        >>> Owner.parse("example")
        Owner(session='example', tab='', kind='')
        """
        session, tab, kind = (*text.split("/", 2), "", "")[:3]
        return cls(session, tab, kind)
