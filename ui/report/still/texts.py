"""Words in a picture: the few tags that Plotly knows, an estimate of their width, and lines of SVG text."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from typing import NamedTuple

SIZE = 12.0
LINE = 1.25
NARROW, WIDE = set("iljtf.,:;'|!()[]·‖ I"), set("mwMW@%—→←∞≈Σ")
SHIFTS = {"sub": ("0.25em", "-0.25em"), "sup": ("-0.35em", "0.35em")}
MAX_LETTERS = 160


class Run(NamedTuple):
    """Letters of one look."""

    letters: str
    bold: bool
    script: str


class _Lines(HTMLParser):
    """The lines of a text; tags other than b, sub, sup and br are left out, what they hold stays."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[list[Run]] = [[]]
        self.bold, self.script = False, ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "br":
            self.lines.append([])
        elif tag == "b":
            self.bold = True
        elif tag in SHIFTS:
            self.script = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == "b":
            self.bold = False
        elif tag in SHIFTS:
            self.script = ""

    def handle_data(self, data: str) -> None:
        self.lines[-1].append(Run(data, self.bold, self.script))


def lines_of(text: object) -> list[list[Run]]:
    """The lines of a text in Plotly's notation."""
    written = f"{text:g}" if isinstance(text, float) else str(text)
    return _Lines(written[:MAX_LETTERS]).lines


def width_of(text: object, size: float = SIZE) -> float:
    """About how many pixels the longest line of a text takes."""
    return max(sum(map(_run_width, line)) for line in lines_of(text)) * size


def height_of(text: object, size: float = SIZE) -> float:
    """How many pixels the lines of a text take."""
    return len(lines_of(text)) * size * LINE


def _run_width(run: Run) -> float:
    each = sum(0.36 if letter in NARROW else 0.9 if letter in WIDE else 0.61 for letter in run.letters)
    return each * (0.75 if run.script else 1.06 if run.bold else 1.0)


def draw(
    text: object,
    x: float,
    y: float,
    colour: str,
    size: float = SIZE,
    across: str = "middle",
    up: str = "middle",
    turned: float = 0,
    behind: str = "",
) -> str:
    """A text as SVG.

    Parameters
    ----------
    text : str
        In Plotly's notation; what is no tag of it is escaped.
    x, y : float
        The point that it stands at.
    across : {"start", "middle", "end"}
        Where the point is in a line.
    up : {"top", "middle", "bottom"}
        Where the point is in the block of lines.
    turned : float
        Degrees, clockwise.
    behind : str
        Colour of a box behind it; empty for none.
    """
    lines = lines_of(text)
    step = size * LINE
    block = step * len(lines)
    top = {"top": y, "middle": y - block / 2, "bottom": y - block}.get(up, y - block / 2)
    spans = [
        f'<tspan x="{x:.1f}" y="{top + step * index + 0.95 * size:.1f}">{"".join(map(_span, line))}</tspan>'
        for index, line in enumerate(lines)
        if line
    ]
    turn = f' transform="rotate({turned:.0f} {x:.1f} {y:.1f})"' if turned else ""
    anchor = "" if across == "start" else f' text-anchor="{across}"'
    box = ""
    if behind:
        width = width_of(text, size) + 2
        left = x - {"start": 0, "middle": width / 2, "end": width}[across]
        box = f'<rect x="{left - 1:.1f}" y="{top:.1f}" width="{width:.1f}" height="{block:.1f}" fill="{behind}"/>'
    return f'{box}<text fill="{colour}" font-size="{size:g}"{anchor}{turn}>{"".join(spans)}</text>'


def _span(run: Run) -> str:
    letters = escape(run.letters)
    if run.script:
        there, back = SHIFTS[run.script]
        letters = f'<tspan dy="{there}" font-size="75%">{letters}</tspan><tspan dy="{back}">\u200b</tspan>'
    return f'<tspan font-weight="600">{letters}</tspan>' if run.bold else letters
