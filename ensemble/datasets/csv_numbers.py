"""Read the cells of a column as numbers, in the notations of people and programs.

A column is read in one format. Where two formats would give different numbers, and nothing in the file decides between them,
there is a doubt: a sentence that says so, in place of numbers.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ensemble.datasets.csv_words import quoted

if TYPE_CHECKING:
    import pandas as pd

MOSTLY = 0.75
MAX_CHARACTERS_OF_A_NUMBER = 40
SAMPLE = 50
MAX_LOOKED_AT = 5000
# What statistics programs and spreadsheets write in place of a number. In a column of words these are words.
MISSING_NUMBERS = frozenset(
    {".", "None", "<NA>", "n.a.", "N.A.", "#N/A", "#N/A N/A", "#NA", "#DIV/0!", "#VALUE!", "#REF!", "#NUM!", "#NAME?", "#NULL!"}
    | {"-nan", "+nan", "-NaN", "+NaN", "1.#IND", "-1.#IND", "1.#QNAN", "-1.#QNAN"}
)
# What may mean that a number is missing, or that it is 0: people are asked.
PLACEHOLDERS = frozenset(
    {"-", "--", "---", "–", "—", "*", "**", "..", "...", "none", "nil", "nd", "n.d.", "missing", "unknown", "no data"}
)

# In letters that re and Arrow read alike. No part can match what the part before it has left: a long cell is read once.
_INFINITE = r"[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?"
_NUMBER = rf"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?|{_INFINITE}"
_CURRENCY = r"(?:US|CA|AU)?\$|[€£¥₹₽₩₺₫₪฿₴₦₱]|R\$|EUR|USD|GBP|CHF|JPY|INR|CNY|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|Fr\.|kr"
_WITH_A_POINT_FOR_DECIMALS = frozenset({"$", "US$", "CA$", "AU$", "£", "¥", "₹", "USD", "GBP", "JPY", "INR", "CAD", "AUD"})
_DRESSED = re.compile(
    rf"""(?P<formula>=")? (?P<open>\()? (?P<sign>[+−–-]?)\s* (?P<before>{_CURRENCY})?\s* (?P<inner>[+−-]?)
    (?P<body>[0-9.,](?:[0-9.,]|['’_\s](?=[0-9]))*)
    (?P<exponent>[eEdD][+-]?[0-9]{{1,3}})? \s*
    (?P<after>[^\W0-9_][^0-9"()=<>,;]{{0,11}}|[%‰°$€£¥₹″′µ][^0-9"()=<>,;]{{0,11}})? (?P<close>\))? (?P<end>")?""",
    re.VERBOSE,
)
_LIMIT = re.compile(r"[<>≤≥~≈]=?\s?[0-9.,]*[0-9]\s?[^\W0-9_]{0,6}")
_SEVERAL = re.compile(r"[+-]?[0-9.]+(?:\s+[+-]?[0-9.]+)+")
_GROUPS = r"[+-]?(?:[0-9]{1,3}|[1-9][0-9]{0,2}(?:[.,][0-9]{3})+)"


class NumberFormat(NamedTuple):
    """How the numbers of a column are written.

    Attributes
    ----------
    decimal : str
        Before the decimals: a point or a comma.
    thousands : str
        Between groups of three digits: nothing, a comma, a point, an apostrophe, a blank or an underscore.
    dressed : bool
        Whether cells hold more than sign, digits, decimal sign and exponent: groups, a currency, a unit, a formula.
    unit : tuple of str
        What stands before and after every number but 0.
    """

    decimal: str = "."
    thousands: str = ""
    dressed: bool = False
    unit: tuple[str, str] = ("", "")


class Doubt(NamedTuple):
    """Why the numbers of a column cannot be read: cells, and words with a {} for each of them and its row."""

    cells: tuple[str, ...]
    words: str


class _Cell(NamedTuple):
    text: str
    sign: str
    body: str
    exponent: str
    before: str
    after: str
    enclosed: bool

    @property
    def unit(self) -> tuple[str, str]:
        return self.before, self.after

    @property
    def of_any_unit(self) -> bool:
        return self.unit == ("", "") and not self.body.strip("0.,")


def _shape(form: NumberFormat) -> re.Pattern[str]:
    decimal, group = re.escape(form.decimal), re.escape(form.thousands)
    whole = "[0-9]+"
    if form.thousands:
        # Points and commas have two meanings: where one groups digits, it has to group all.
        whole = f"(?:[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+|[0-9]{'{1,3}' if form.thousands in ',.' else '+'})"
    return re.compile(f"{whole}(?:{decimal}[0-9]*)?|{decimal}[0-9]+")


_SHAPES = {
    form: _shape(form)
    for form in (
        *(NumberFormat("."), NumberFormat(","), NumberFormat(".", ","), NumberFormat(",", ".")),
        *(NumberFormat(decimal, group) for group in "' _" for decimal in ".,"),
    )
}
_ANY_SHAPE = re.compile("|".join(shape.pattern for shape in _SHAPES.values()))


def as_numbers(texts: pd.Series, form: NumberFormat) -> NDArray[np.float64]:
    """The cells of a column as numbers; NaN where a cell is missing or has another format."""
    numbers = np.full(len(texts), np.nan)
    if form.unit == ("", ""):
        shape = _SHAPES[NumberFormat(form.decimal, form.thousands)].pattern
        found = texts.str.fullmatch(f"[+-]?(?:{shape})(?:[eE][+-]?[0-9]+)?|{_INFINITE}", na=False)
        cells = texts[found]
        if form.thousands:
            cells = cells.str.replace(form.thousands, "", regex=False)
        if form.decimal != ".":
            cells = cells.str.replace(form.decimal, ".", regex=False)
        numbers[found.to_numpy(bool)] = cells.to_numpy(object).astype(np.float64)
    if form.dressed:
        rest = np.isnan(numbers) & texts.notna().to_numpy(bool)
        values = {text: _value(text, form) for text in texts[rest].unique()}
        numbers[rest] = [values[text] for text in texts[rest]]
    return numbers


def is_number(text: str) -> bool:
    return re.fullmatch(_NUMBER, text) is not None


def mostly(found: pd.Series | NDArray[np.bool_]) -> bool:
    return bool(len(found)) and float(np.mean(np.asarray(found, dtype=bool))) >= MOSTLY


def plain_numbers(texts: pd.Series, delimiter: str) -> pd.Series:
    """Which cells are plain numbers; a comma is a decimal sign only in files with semicolons."""
    found = texts.str.fullmatch(_NUMBER, na=False)
    return found if delimiter == ";" else found & ~texts.str.contains(",", regex=False, na=False)


def holds_several_numbers(text: str) -> bool:
    """Whether a cell holds several numbers, separated by spaces."""
    return _SEVERAL.fullmatch(text) is not None and _read(text) is None


def looks_like_a_number(text: str) -> bool:
    """Whether a cell is a number in some notation: with a currency, a unit, grouped digits, or as “< limit”."""
    return (
        is_number(text)
        or _read(text) is not None
        or (len(text) <= MAX_CHARACTERS_OF_A_NUMBER and _LIMIT.fullmatch(text) is not None)
    )


def number_format(values: pd.Series, plain: pd.Series, delimiter: str, known: Collection[str]) -> NumberFormat | Doubt | None:
    """How the numbers of a column are written; None if it holds words.

    Parameters
    ----------
    values : Series of str
        The cells, without missing ones and without what stands for a missing number.
    plain : Series of bool
        ``plain_numbers`` of them.
    delimiter : str
        What stands between cells.
    known : collection of str
        The decimal signs that columns of the file are sure to have, by ``sure_decimal``.
    """
    if mostly(plain):
        if not all(_is_sure(text) for text in values[~plain].unique()[:MAX_LOOKED_AT]) or plain.all():
            return _plain_format(values[plain], delimiter, known)
        return _dressed_format(values, plain, [str(text) for text in values.unique()[:MAX_LOOKED_AT]], known)
    unique = [str(text) for text in values.unique()[:MAX_LOOKED_AT]]
    sample = unique[:SAMPLE]
    if sum(looks_like_a_number(text) or holds_several_numbers(text) for text in sample) < len(sample) * MOSTLY / 2:
        return None
    return _dressed_format(values, plain, unique, known)


def sure_decimal(numbers: pd.Series) -> str:
    """The decimal sign of a column's plain numbers; empty if it cannot be told."""
    for cells in (numbers.iloc[:SAMPLE], numbers.iloc[SAMPLE:]):
        if not len(cells):
            break
        signs = cells[~cells.str.fullmatch(_GROUPS) & cells.str.contains("[.,]")]
        if len(signs):
            return "." if "." in signs.iloc[0] else ","
    return ""


def example(values: pd.Series, form: NumberFormat) -> tuple[str, float]:
    """A cell that shows the format, and its number."""
    texts = [str(text) for text in values.iloc[: 20 * SAMPLE].unique()]
    groups = [text for text in texts if form.thousands and form.thousands in text.replace("’", "'")]
    text = next((text for text in (*groups, *texts) if not is_number(text) or text in groups), texts[0])
    return text, _value(text, form)


def _is_sure(text: str) -> bool:
    """Whether the cell can be nothing but a number: it has another minus sign, or signs of thousands and decimals."""
    if text[:1] in "−–" and is_number(text[1:]):
        return True
    cell = _read(text)
    return cell is not None and cell.unit == ("", "") and len(re.findall("[.,]", cell.body)) > 1


def _plain_format(numbers: pd.Series, delimiter: str, known: Collection[str]) -> NumberFormat | Doubt:
    comma, point = (bool(numbers.str.contains(sign, regex=False).any()) for sign in ",.")
    if not (comma or point):
        return NumberFormat()
    sign, other = (",", ".") if comma else (".", ",")
    if comma and point:
        texts = [str(text) for text in numbers.unique()[:MAX_LOOKED_AT]]
        return _format_of(texts, [re.split("[eE]", text.lstrip("+-"))[0] for text in texts], known)
    if sure_decimal(numbers):
        return NumberFormat(sign)
    if set(known) == {other}:
        return NumberFormat(other, sign, dressed=True)
    if sign not in known and _looks_grouped(numbers, sign, delimiter):
        return _two_meanings(next(text for text in numbers if sign in text), sign)
    # Beside other delimiters than commas a point may group digits too: what it is read as is said.
    return NumberFormat(sign, dressed=sign == "." and delimiter != "," and not known)


def _dressed_format(
    values: pd.Series, plain: pd.Series, unique: list[str], known: Collection[str]
) -> NumberFormat | Doubt | None:
    cells = {text: _read(text) for text in unique}
    read = {text: cell for text, cell in cells.items() if cell}
    looked_at = values[values.isin(unique)]
    fraction = float(looked_at.isin(list(read)).mean())
    limits = [text for text in unique if not cells[text] and len(text) <= MAX_CHARACTERS_OF_A_NUMBER and _LIMIT.fullmatch(text)]
    if limits and values[plain].nunique() > 2 and fraction + float(looked_at.isin(limits).mean()) >= MOSTLY:
        return Doubt((limits[0],), "holds {} among numbers: write a number, such as half the limit, leave the cell empty")
    if fraction < MOSTLY:
        if all(holds_several_numbers(text) for text in unique[:SAMPLE]):
            return Doubt((unique[0],), "holds several numbers in one cell, {}: give each number a column of its own")
        return None
    if enclosed := [cell for cell in read.values() if cell.enclosed]:
        return Doubt((enclosed[0].text,), "holds {}, which may be below 0: write it with a minus sign, or without parentheses")
    of_units = {cell.unit: cell for cell in reversed(read.values()) if not cell.of_any_unit}
    if len(of_units) > 1:
        one, other, *_ = sorted(of_units.values(), key=lambda cell: unique.index(cell.text))
        money = any(re.fullmatch(f"{_CURRENCY}|[%‰]", sign) for unit in of_units for sign in unit)
        return Doubt((one.text, other.text), "holds {} and {}: write all in one unit, and without it") if money else None
    unit = next(iter(of_units), ("", ""))
    if unit[0] in _WITH_A_POINT_FOR_DECIMALS and not known:
        known = (".",)
    found = _format_of(list(read), [cell.body for cell in read.values()], known)
    return found._replace(dressed=True, unit=unit) if isinstance(found, NumberFormat) else found


def _format_of(texts: list[str], bodies: list[str], known: Collection[str]) -> NumberFormat | Doubt:
    """The format that all numbers share; bodies are the texts without sign, exponent and unit."""
    finite = [(text, body) for text, body in zip(texts, bodies, strict=True) if body[:1] not in "iI"]
    possible = [form for form, shape in _SHAPES.items() if all(shape.fullmatch(body) for _, body in finite)]
    comma, point = (next((text for text, body in finite if sign in body), "") for sign in ",.")
    mixed = Doubt((comma, point), "holds {} and {}: write all decimals in one way, and thousands without separator")
    if not possible:
        return mixed if comma and point else mixed._replace(cells=(finite[0][0], _not_as_the_first(finite)))
    if any(sign in body for _, body in finite for sign in "' _") or not (comma or point):
        return possible[0]
    if comma and point:
        return possible[0] if any(len(re.findall("[.,]", body)) > 1 for _, body in finite) else mixed
    sign, other = (",", ".") if comma else (".", ",")
    as_decimal, as_groups = NumberFormat(sign), NumberFormat(other, sign)
    if as_decimal not in possible or as_groups not in possible:
        return as_decimal if as_decimal in possible else as_groups
    if set(known) == {other}:
        return as_groups
    if set(known) == {sign} or sign == ".":
        return as_decimal
    return _two_meanings(comma, sign)


def _two_meanings(text: str, sign: str) -> Doubt:
    cell = _read(text)
    body = cell.body if cell else text
    whole, decimal = (float(body.replace(sign, instead)) for instead in ("", "."))
    return Doubt(
        (text,),
        f"holds {{}}, which can mean {whole:.15g} or {decimal:.15g}: write no separator of thousands, and a point for decimals",
    )


def _not_as_the_first(cells: list[tuple[str, str]]) -> str:
    own = [shape for shape in _SHAPES.values() if shape.fullmatch(cells[0][1])]
    return next((text for text, body in cells if not any(shape.fullmatch(body) for shape in own)), cells[-1][0])


def _looks_grouped(numbers: pd.Series, sign: str, delimiter: str) -> bool:
    """Whether a decimal reading is implausible: some numbers have three digits with trailing zeros, others have none.

    Beside other delimiters than commas, whole numbers beside numbers with three decimals are enough.
    """
    with_sign = numbers.str.contains(sign, regex=False)
    return not with_sign.all() and (delimiter != "," or bool(numbers[with_sign].str.endswith("0").any()))


def _read(text: str) -> _Cell | None:
    """A number with the text around it; None if the cell is no number."""
    if len(text) > MAX_CHARACTERS_OF_A_NUMBER or not (match := _DRESSED.fullmatch(text)):
        return None
    part = match.groupdict(default="")
    if bool(part["formula"]) != bool(part["end"]) or bool(part["open"]) != bool(part["close"]):
        return None
    body, signs = re.sub(r"\s", " ", part["body"].replace("’", "'")), part["sign"] + part["inner"]
    if len(signs) > 1 or not _ANY_SHAPE.fullmatch(body):
        return None
    if not is_number(text) and re.match("0[0-9]", body):
        return None  # a code, such as 007A
    exponent = part["exponent"]
    if exponent[:1] in ("d", "D") and "." not in body and exponent[1:2] not in ("+", "-"):
        return None  # a code, such as 5D3
    exponent = re.sub("[dD]", "e", exponent)
    sign = "-" if signs in ("-", "−", "–") else ""
    return _Cell(text, sign, body, exponent, part["before"], part["after"].strip(), bool(part["open"]))


def _value(text: str, form: NumberFormat) -> float:
    cell = _read(text)
    if cell is None or cell.enclosed or not (cell.unit == form.unit or cell.of_any_unit):
        return np.nan
    if not _SHAPES[NumberFormat(form.decimal, form.thousands)].fullmatch(cell.body):
        return np.nan
    digits = cell.body.replace(form.thousands, "") if form.thousands else cell.body
    return float(cell.sign + digits.replace(form.decimal, ".") + cell.exponent)


def doubt_in_words(name: str, doubt: Doubt, rows: pd.Series) -> str:
    """A sentence on a doubtful column; ``rows`` are its cells, indexed by the row numbers of the file."""

    def with_row(text: str) -> str:
        found = rows.index[(rows == text).to_numpy(bool, na_value=False)]
        return quoted(text) + (f" in row {found[0]}" if len(found) else "")

    return f"Column {quoted(name)} {doubt.words.format(*map(with_row, doubt.cells))}, or leave the column out."
