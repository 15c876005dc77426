"""Numbers and periods as plain text, the way evidence keeps them.

Public names::

    number(x: float) -> str | None         the shortest decimal that means the same double; None for NaN
    numbers(xs) -> list[str]               the same of many; "" for NaN
    rounded(x: float) -> str               twelve significant digits: results, to be shown
    exact(text: str) -> Fraction           and back
    fraction(x: float) -> Fraction         the decimal a double stands for
    period_texts(portfolio, series, ordinals) -> list[str]         "2019-03-01/2019-03-31"
    common(portfolio, point) -> Evidence   direction, and whether the value is provisional
    DIRECTION_NAMES
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from kpis.rules import ordinals
from kpis.rules.periods import FREQUENCIES, Frequency
from kpis.rules.portfolio import (
    CONTEXT,
    DECREASE,
    HOLD,
    INCREASE,
    PROVISIONAL,
    Evidence,
    Floats,
    Ints,
    Portfolio,
)

DIRECTION_NAMES = {INCREASE: "increase", DECREASE: "decrease", HOLD: "hold", CONTEXT: "context"}


def number(x: float) -> str | None:
    """Digits without an exponent, nothing rounded."""
    x = float(x)
    if x != x:
        return None
    text = repr(x)
    if "e" in text:
        text = format(Decimal(text), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def numbers(xs: Floats) -> list[str]:
    """Each value in plain digits; an empty text for a blank."""
    return [number(x) or "" for x in xs.tolist()]


def rounded(x: float) -> str:
    """Twelve significant digits, which is more than anyone reads and less than doubles err."""
    text = f"{float(x):.12g}"
    return number(float(text)) or ""


def exact(text: str) -> Fraction:
    """The number of a text that ``number`` or values.to_text wrote."""
    return Fraction(Decimal(text))


def fraction(x: float) -> Fraction:
    """The decimal a double stands for, exactly."""
    return Fraction(Decimal(repr(float(x))))


def period_texts(portfolio: Portfolio, series: int, of: Ints) -> list[str]:
    """Periods of a series as both their days. Raises ValueError in a portfolio without frequencies."""
    if portfolio.frequency is None:
        raise ValueError("a portfolio without frequencies cannot name its periods")
    start = 1 if portfolio.fiscal_start is None else int(portfolio.fiscal_start[series])
    frequency = FREQUENCIES[portfolio.frequency[series]]
    return [_text(ordinal, frequency, start) for ordinal in of.tolist()]


@lru_cache(maxsize=16_384)
def _text(ordinal: int, frequency: Frequency, fiscal_start: int) -> str:
    return str(ordinals.period(ordinal, frequency, fiscal_start))


def common(portfolio: Portfolio, point: int) -> Evidence:
    """What the evidence of every finding on a point says."""
    return {
        "direction": DIRECTION_NAMES[int(portfolio.direction[portfolio.of[point]])],
        "provisional": bool(portfolio.flags[point] & PROVISIONAL),
    }
