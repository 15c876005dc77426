"""What people type into one cell: a number, a bound on it, or a range.

Public names::

    CellRefused(Refused)          ``meanings``: what the text could have meant, to choose from
    read(text, *, pasted=False) -> Observation
    read_ratio(numerator, denominator, scale, *, pasted=False) -> Observation
    written(comparator, value, high=None) -> str        the same text back: "<5", "≈5", "5..7"
    meanings(text) -> tuple[str, ...]

The ways to write a value, and no others::

    12.5      exactly          <5   less than 5          ≈5 or ~5   about 5
    5..7      from 5 to 7      >5   more than 5

The decimal sign is a point, and thousands have no separator. Typed by hand, 1.250
is therefore one and a quarter. Pasted from a spreadsheet it may be a thousand and
more, so that a pasted or a text cell of that shape is refused and both are offered.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kpis.rules.values import Comparator, NumberRefused, Observation, parse_decimal, to_text

MARKS: dict[str, Comparator] = {"<": "<", ">": ">", "~": "≈", "≈": "≈"}
SPACES = " \u00a0\u202f\u2009'"
_GROUPED = re.compile(rf"([+-]?[0-9]{{1,3}})([.,{SPACES}])([0-9]{{3}})(?:\2[0-9]{{3}})*")
_BOTH = re.compile(r"[+-]?[0-9]{1,3}(?:([.,])[0-9]{3})+(?!\1)[.,][0-9]+")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_UNKNOWN = re.compile(r"^(≤|≥|<=|>=|=<|=>|±)")
_DASHED = re.compile(r"[0-9.]+\s*[-–—]\s*[0-9.]+")


class CellRefused(NumberRefused):
    """A cell that cannot be read; ``meanings`` are the values it may have stood for."""

    code = "cell_text"

    def __init__(self, message: str, *, field: str, meanings: tuple[str, ...] = ()) -> None:
        super().__init__(message, fields={field: message})
        self.meanings = meanings


def read(text: str, *, pasted: bool = False) -> Observation:
    """The observation a cell's text stands for. Raises NumberRefused."""
    stripped = text.strip()
    _refuse_unknown_marks(stripped)
    if ".." in stripped:
        low, _dots, high = stripped.partition("..")
        return Observation("range", _number(low, "value", pasted), _number(high, "value", pasted))
    comparator, rest = _mark(stripped)
    return Observation(comparator, _number(rest, "value", pasted))


def read_ratio(
    numerator: str, denominator: str, scale: Decimal, *, pasted: bool = False
) -> Observation:
    """A ratio from its two cells; "≈" or "~" before the numerator says that it is about so much.

    Raises NumberRefused.
    """
    comparator, above = _mark(numerator.strip())
    for field, text in (("numerator", above), ("denominator", denominator)):
        if not text.strip():
            raise CellRefused("Write both the numerator and the denominator.", field=field)
    return Observation.ratio(
        _number(above, "numerator", pasted),
        _number(denominator, "denominator", pasted),
        scale,
        comparator,
    )


def written(comparator: str, value: Decimal, high: Decimal | None = None) -> str:
    """A stored observation as it is typed."""
    if comparator == "range" and high is not None:
        return f"{to_text(value)}..{to_text(high)}"
    return f"{'' if comparator == '=' else comparator}{to_text(value)}"


def meanings(text: str) -> tuple[str, ...]:
    """The numbers that ``text`` may stand for in one country or another; none if it has no separator."""
    text = text.strip()
    if text.endswith("%"):
        return ()
    if match := _GROUPED.fullmatch(text):
        whole = re.sub(rf"[.,{SPACES}]", "", text)
        one_group = text.count(match[2]) == 1 and match[2] in ".,"
        if one_group and match[1].lstrip("+-") == "0":  # 0.125: no thousand starts with a nought
            return (to_text(Decimal(text.replace(",", "."))),)
        decimal = (to_text(Decimal(text.replace(",", "."))),) if one_group else ()
        return (to_text(Decimal(whole)), *decimal)
    if _BOTH.fullmatch(text):
        sign = max(text.rfind("."), text.rfind(","))
        whole = re.sub(r"[.,]", "", text[:sign])
        return (to_text(Decimal(f"{whole}.{text[sign + 1 :]}")),)
    if _COMMA.fullmatch(text):
        return (to_text(Decimal(text.replace(",", "."))),)
    return ()


def _mark(text: str) -> tuple[Comparator, str]:
    if text[:1] in MARKS:
        return MARKS[text[0]], text[1:].strip()
    return "=", text


def _refuse_unknown_marks(text: str) -> None:
    if _UNKNOWN.match(text):
        raise CellRefused(
            "Write <5 for less than 5, >5 for more than 5, or a range as 0..5.", field="value"
        )
    if _DASHED.fullmatch(text):
        raise CellRefused("Write a range with two points: 5..7.", field="value")


def _number(text: str, field: str, pasted: bool) -> Decimal:
    text = text.strip()
    choices = meanings(text)
    if pasted and len(choices) > 1:
        said = " or ".join(choices)
        raise CellRefused(f"{text} could mean {said}. Choose one.", field=field, meanings=choices)
    try:
        return parse_decimal(text, field=field)
    except NumberRefused:
        if not choices:
            raise
        if len(choices) > 1:
            said = " or ".join(choices)
            message = f"{text} could mean {said}. Write the one you mean."
        else:
            message = (
                "Write the decimal sign as a point, and thousands without a separator:"
                f" {choices[0]}, not {text}."
            )
        raise CellRefused(message, field=field, meanings=choices) from None
