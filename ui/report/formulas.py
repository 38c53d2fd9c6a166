"""Convert TeX formulas to plain HTML that needs no script: symbols, superscripts and subscripts."""

from __future__ import annotations

import re
from html import escape

SIGNS = {
    **dict(zip(("cdot", "times", "le", "leq", "ge", "geq", "ne", "neq", "approx", "to", "infty"), "·×≤≤≥≥≠≠≈→∞", strict=True)),
    **dict(zip(("pi", "alpha", "beta", "lambda", "mu", "sigma", "theta", "tau", "epsilon"), "παβλμσθτε", strict=True)),
    **dict(zip(("sum", "prod", "int", "partial", "nabla", "propto", "mid", "in", "pm", "ldots"), "ΣΠ∫∂∇∝|∈±…", strict=True)),
    **dict(zip(("dots", "rightarrow", "Rightarrow", "leftarrow", "vert", "Vert", "parallel"), "…→⇒←|‖‖", strict=True)),
    **dict.fromkeys(("left", "right", "displaystyle", "mathrm", "text", "mathbf", "operatorname", "mathbb", "!"), ""),
    **dict.fromkeys(("quad", "qquad", ",", ";", ":", " "), " "),
}
OVER = {"hat": "\u0302", "bar": "\u0304", "tilde": "\u0303"}
MAX_DEPTH = 12
PIECE = re.compile(r"\\[A-Za-z]+|\\.|[{}^_]|[^\\{}^_]", re.DOTALL)


def as_words(tex: str) -> str:
    """A formula as HTML; unknown commands are written as their names.

    Examples
    --------
    >>> as_words(r"p_k = \\frac{e^{z_k}}{Z}")
    'p<sub>k</sub> = (e<sup>z<sub>k</sub></sup>)/Z'
    >>> as_words(r"<b> \\ln 3")
    '&lt;b&gt; ln 3'
    """
    pieces = PIECE.findall(tex)[::-1]
    written = []
    while pieces:
        written.append(_next(pieces, 0))
    return re.sub(r" {2,}", " ", "".join(written)).strip()


def _next(pieces: list[str], depth: int) -> str:
    """The HTML of the next piece; ``pieces`` are in reverse order, and are consumed."""
    piece = pieces.pop() if pieces else ""
    if depth > MAX_DEPTH or piece == "}":
        return ""
    if piece == "{":
        inside = []
        while pieces and pieces[-1] != "}":
            inside.append(_next(pieces, depth + 1))
        if pieces:
            pieces.pop()
        return "".join(inside)
    if piece in ("^", "_"):
        tag = "sup" if piece == "^" else "sub"
        return f"<{tag}>{_argument(pieces, depth)}</{tag}>"
    if not piece.startswith("\\"):
        return escape(piece)
    name = piece[1:]
    if name == "frac":
        above, below = (_in_brackets(_argument(pieces, depth)) for _ in range(2))
        return f"{above}/{below}"
    if name == "sqrt":
        return f"√{_in_brackets(_argument(pieces, depth))}"
    if name in OVER:
        return _argument(pieces, depth) + OVER[name]
    if name == "|":
        return "‖"
    return SIGNS.get(name, escape(name))


def _argument(pieces: list[str], depth: int) -> str:
    while pieces and pieces[-1] == " ":
        pieces.pop()
    return _next(pieces, depth + 1)


def _in_brackets(inside: str) -> str:
    return inside if len(re.sub(r"<[^>]*>|&\w+;", "", inside)) <= 1 and "<" not in inside else f"({inside})"
