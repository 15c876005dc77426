"""Numbers and periods as plain text, the way evidence keeps them.

Public names::

    number(x: float) -> str | None         the shortest decimal that means the same double; None for NaN
    exact(text: str) -> Fraction           and back
    fraction(x: float) -> Fraction         the decimal a double stands for
    period_text(portfolio, series, ordinal) -> str         "2019-03-01/2019-03-31"
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
    Portfolio,
)

DIRECTION_NAMES = {INCREASE: "increase", DECREASE: "decrease", HOLD: "hold", CONTEXT: "context"}


def number(x: float) -> str | None:
    """Digits without an exponent, nothing rounded."""
    if x != x:
        return None
    text = repr(float(x))
    if "e" in text:
        text = format(Decimal(text), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def exact(text: str) -> Fraction:
    """The number of a text that ``number`` or values.to_text wrote."""
    return Fraction(Decimal(text))


def fraction(x: float) -> Fraction:
    """The decimal a double stands for, exactly."""
    return Fraction(Decimal(repr(float(x))))


def period_text(portfolio: Portfolio, series: int, ordinal: int) -> str:
    """A period of a series as both its days. Raises ValueError in a portfolio without frequencies."""
    if portfolio.frequency is None:
        raise ValueError("a portfolio without frequencies cannot name its periods")
    start = 1 if portfolio.fiscal_start is None else int(portfolio.fiscal_start[series])
    return _text(int(ordinal), FREQUENCIES[portfolio.frequency[series]], start)


@lru_cache(maxsize=16_384)
def _text(ordinal: int, frequency: Frequency, fiscal_start: int) -> str:
    return str(ordinals.period(ordinal, frequency, fiscal_start))


def common(portfolio: Portfolio, point: int) -> Evidence:
    """What the evidence of every finding on a point says."""
    return {
        "direction": DIRECTION_NAMES[int(portfolio.direction[portfolio.of[point]])],
        "provisional": bool(portfolio.flags[point] & PROVISIONAL),
    }
