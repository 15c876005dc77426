"""Values: strict decimals, observations with bounds, ratios compared exactly.

Public names::

    MAX_DIGITS = 15, MAX_PLACES = 10
    NumberRefused(Refused)
    to_decimal(value: str | int | float | Decimal, *, field="value", allow_negative=True) -> Decimal
    parse_decimal(text: str, *, field="value", allow_negative=True) -> Decimal
    to_text(value: Decimal | Fraction) -> str             "12.5", never an exponent
    ratio_value(numerator, denominator, scale=Decimal(1)) -> Decimal   what is shown and stored
    compare_ratio(numerator, denominator, threshold, scale=Decimal(1)) -> -1 | 0 | 1
    Observation(comparator="=", value=None, high=None, numerator=None, denominator=None, scale=1)
        .ratio(numerator, denominator, scale=Decimal(1), comparator="=") -> Observation
        .exact -> Fraction | None      one number, or None for a bound or a range
    compare(observation, threshold) -> "above" | "below" | "equal" | "straddles"
    at_least(observation, threshold) -> True | False | None            None: cannot be known
    at_most(observation, threshold) -> True | False | None
    as_float(observation) -> float | None                              for statistics

Fifteen significant digits are what every database we run on keeps (SQLite
stores a decimal as an IEEE 754 double, which holds 15 decimal digits for
certain); ten places are what the columns hold. More is refused, never rounded.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from fractions import Fraction
from typing import Literal

from ledger.rules.errors import Refused

MAX_DIGITS = 15
MAX_PLACES = 10
COMPARATORS = ("=", "<", ">", "≈", "range")

Comparator = Literal["=", "<", ">", "≈", "range"]
Position = Literal["above", "below", "equal", "straddles"]

_PLAIN = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
# Wide enough for any product or quotient of two accepted values.
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


class NumberRefused(Refused):
    """A number that cannot be taken as it stands; the message says how to write it."""

    code = "number"


def parse_decimal(text: str, *, field: str = "value", allow_negative: bool = True) -> Decimal:
    """Read a number as people type it, taking nothing that could mean two things.

    Raises NumberRefused, whose message says what to write instead.
    """
    stripped = text.strip()
    if not _PLAIN.fullmatch(stripped):
        raise _refused(_what_is_wrong(stripped), field)
    return _bounded(Decimal(stripped), field=field, allow_negative=allow_negative)


def to_decimal(
    value: str | int | float | Decimal, *, field: str = "value", allow_negative: bool = True
) -> Decimal:
    """The same strictness for numbers from spreadsheets and JSON.

    A float is taken as the shortest decimal that means the same double, which is
    what the spreadsheet showed. Raises NumberRefused.
    """
    if isinstance(value, bool):
        raise _refused("Write a number, not true or false.", field)
    if isinstance(value, str):
        return parse_decimal(value, field=field, allow_negative=allow_negative)
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    if not number.is_finite():
        raise _refused("Write a number; leave the value out when there is none.", field)
    return _bounded(number, field=field, allow_negative=allow_negative)


def _what_is_wrong(text: str) -> str:
    """One sentence on what to write instead of ``text``."""
    if not text:
        return "Write a number; leave the row out when there is no value."
    if text.endswith("%"):
        return "Leave out the percent sign: the unit of the KPI says it."
    if text.lower().lstrip("+-") in {"nan", "inf", "infinity", "n/a", "na", "-", "null", "none"}:
        return "Write a number; leave the value out when there is none."
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text) and len(text.split(",")[1]) != 3:
        return "Write the decimal sign as a point: 12.5, not 12,5."
    if re.fullmatch(r"[+-]?[0-9]{1,3}([,' \u00a0\u202f][0-9]{3})+(\.[0-9]+)?", text):
        return "Write thousands without a separator: 1250000, not 1,250,000."
    if re.fullmatch(r"[+-]?[0-9.]+[eE][+-]?[0-9]+", text):
        return "Write the number out in full, without an exponent: 1200, not 1.2E3."
    if re.fullmatch(r"[+-]?(\.[0-9]+|[0-9]+\.)", text):
        return "Write digits on both sides of the point: 0.5, not .5."
    if text[0] in "\u2212\u2013\u2014":
        return "Write the minus sign as a hyphen: -3."
    return "Write a number with digits and a point only, like 1250000 or -3.75."


def _bounded(number: Decimal, *, field: str, allow_negative: bool) -> Decimal:
    """The number without idle zeros, or a refusal if a column cannot hold it exactly."""
    if number < 0 and not allow_negative:
        raise _refused("Write a number that is zero or more.", field)
    if number == 0:
        return Decimal(0)
    if number.adjusted() >= MAX_DIGITS:
        raise _refused(
            f"The number has more than {MAX_DIGITS} digits before the point."
            " Write it in thousands or millions and give the KPI that unit.",
            field,
        )
    _, digits, exponent = number.as_tuple()
    trimmed = "".join(map(str, digits)).rstrip("0")
    places = -(int(exponent) + len(digits) - len(trimmed))
    if places > MAX_PLACES:
        raise _refused(f"Round to at most {MAX_PLACES} decimal places.", field)
    if len(trimmed) > MAX_DIGITS:
        raise _refused(f"Round to at most {MAX_DIGITS} significant digits.", field)
    return number.quantize(Decimal(1).scaleb(-max(places, 0)), context=_WIDE)


def _refused(message: str, field: str) -> NumberRefused:
    return NumberRefused(message, fields={field: message})


def to_text(value: Decimal | Fraction) -> str:
    """Plain digits for events, evidence and the API; a fraction to at most ten places."""
    if isinstance(value, Fraction):
        value = _round_fraction(value)
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text


def _round_fraction(value: Fraction) -> Decimal:
    """The nearest decimal of at most 15 significant digits and ten places."""
    rounded = _WIDE.divide(Decimal(value.numerator), Decimal(value.denominator))
    places = MAX_PLACES
    if rounded:
        places = min(MAX_PLACES, MAX_DIGITS - 1 - rounded.adjusted())
    return rounded.quantize(Decimal(1).scaleb(-places), context=_WIDE)


def ratio_value(numerator: Decimal, denominator: Decimal, scale: Decimal = Decimal(1)) -> Decimal:
    """scale × numerator / denominator, rounded half to even for showing and storing.

    ``scale`` is 100 for per cent. Judgements never use this rounded value.
    Raises NumberRefused when the denominator is not above zero or the result
    has too many digits before the point.
    """
    shown = _round_fraction(_ratio(numerator, denominator, scale))
    return _bounded(shown, field="numerator", allow_negative=True)


def _ratio(numerator: Decimal, denominator: Decimal, scale: Decimal) -> Fraction:
    if denominator <= 0:
        raise _refused(
            "The denominator must be above zero. When nothing was counted, leave the value out.",
            "denominator",
        )
    return Fraction(numerator) * Fraction(scale) / Fraction(denominator)


def compare_ratio(
    numerator: Decimal,
    denominator: Decimal,
    threshold: Decimal | Fraction,
    scale: Decimal = Decimal(1),
) -> Literal[-1, 0, 1]:
    """Sign of scale × numerator / denominator - threshold, by cross multiplication."""
    if denominator <= 0:
        _ratio(numerator, denominator, scale)
    left = Fraction(numerator) * Fraction(scale)
    right = Fraction(threshold) * Fraction(denominator)
    return _sign(left, right)


def _sign(left: Fraction, right: Fraction) -> Literal[-1, 0, 1]:
    if left == right:
        return 0
    return 1 if left > right else -1


@dataclass(frozen=True, slots=True)
class Observation:
    """What was observed: a number, a bound on it, or a ratio of two counts.

    ``comparator``: "=" exactly, "≈" about (judged as the number itself, and shown
    as approximate), "<" less than ``value``, ">" more than ``value``, "range" from
    ``value`` to ``high``, both included. A ratio carries numerator, denominator
    and ``scale`` (100 for per cent); its ``value`` is for showing only.
    """

    comparator: Comparator = "="
    value: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    scale: Decimal = Decimal(1)

    def __post_init__(self) -> None:
        if self.comparator not in COMPARATORS:
            raise _refused("Choose one of =, <, >, ≈ or range.", "comparator")
        if (self.numerator is None) != (self.denominator is None):
            raise _refused("Give both numerator and denominator, or neither.", "denominator")
        if self.numerator is not None and self.denominator is not None:
            _ratio(self.numerator, self.denominator, self.scale)
            if self.comparator not in ("=", "≈"):
                raise _refused("A ratio is exact or approximate, not a bound.", "comparator")
        elif self.value is None:
            raise _refused("Write a value, or a numerator and a denominator.", "value")
        if (self.comparator == "range") != (self.high is not None):
            raise _refused("A range, and only a range, has a lower and an upper end.", "high")
        if self.high is not None and self.value is not None and self.high < self.value:
            raise _refused("The upper end of the range is below its lower end.", "high")

    @classmethod
    def ratio(
        cls,
        numerator: Decimal,
        denominator: Decimal,
        scale: Decimal = Decimal(1),
        comparator: Comparator = "=",
    ) -> Observation:
        """A ratio with its shown value worked out."""
        shown = ratio_value(numerator, denominator, scale)
        return cls(comparator, shown, None, numerator, denominator, scale)

    @property
    def exact(self) -> Fraction | None:
        """The number itself, unrounded; None for a bound or a range."""
        if self.numerator is not None and self.denominator is not None:
            return _ratio(self.numerator, self.denominator, self.scale)
        if self.value is None or self.comparator not in ("=", "≈"):
            return None
        return Fraction(self.value)


def at_least(observation: Observation, threshold: Decimal | Fraction) -> bool | None:
    """Whether the thing observed is certainly ≥ threshold, certainly below it, or unknown (None)."""
    sign, comparator = _sign_of(observation, threshold), observation.comparator
    if comparator == ">":
        return True if sign >= 0 else None
    if comparator == "<":
        return False if sign <= 0 else None
    if comparator == "range" and sign < 0:
        return False if _high_sign(observation, threshold) < 0 else None
    return sign >= 0


def at_most(observation: Observation, threshold: Decimal | Fraction) -> bool | None:
    """Whether the thing observed is certainly ≤ threshold, certainly above it, or unknown (None)."""
    sign, comparator = _sign_of(observation, threshold), observation.comparator
    if comparator == "<":
        return True if sign <= 0 else None
    if comparator == ">":
        return False if sign >= 0 else None
    if comparator == "range" and sign <= 0:
        return True if _high_sign(observation, threshold) <= 0 else None
    return sign <= 0


def compare(observation: Observation, threshold: Decimal | Fraction) -> Position:
    """Where the observation lies; "straddles" when its bound leaves that open."""
    least, most = at_least(observation, threshold), at_most(observation, threshold)
    if least and most:
        return "equal"
    if most is False:
        return "above"
    if least is False:
        return "below"
    return "straddles"


def _sign_of(observation: Observation, threshold: Decimal | Fraction) -> Literal[-1, 0, 1]:
    """Sign of (the ratio, or the lower or only number) - threshold."""
    if observation.numerator is not None and observation.denominator is not None:
        return compare_ratio(
            observation.numerator, observation.denominator, threshold, observation.scale
        )
    assert observation.value is not None
    return _sign(Fraction(observation.value), Fraction(threshold))


def _high_sign(observation: Observation, threshold: Decimal | Fraction) -> Literal[-1, 0, 1]:
    assert observation.high is not None
    return _sign(Fraction(observation.high), Fraction(threshold))


def as_float(observation: Observation) -> float | None:
    """The number for statistics in float64; None for a bound or a range, which have none."""
    exact = observation.exact
    return None if exact is None else float(exact)
