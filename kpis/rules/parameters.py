"""One setting of a rule: how it is checked, stored and taken by detection.

Public names::

    RuleRefused(Refused)                 settings that cannot be taken; ``fields`` says which
    Parameter(name, kind, default, wider, minimum, maximum, choices, optional)
        .clean(given) -> Stored          .typed(stored) -> Typed          .widens(old, new) -> bool
    whole, share, per_cent, optional     the settings that occur again and again
    MOST                                 no number is larger

What each kind of rule can be set to is in kpis/rules/rules_catalogue.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpis.rules.values import NumberRefused, parse_decimal, to_text
from ledger.rules.errors import Refused

Stored = str | int | bool
Typed = Decimal | int | bool | str
Wider = Literal["up", "down", "neither"]

MOST = Decimal(10) ** 15


class RuleRefused(Refused):
    """Settings of a rule that cannot be taken; ``fields`` says which and why."""

    code = "rule"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting. ``wider`` is the way in which it makes the rule more lenient.

    For a choice "up" is towards the end of ``choices``; for a boolean, to True. An
    ``optional`` decimal may be "": the test is off, which is widest.
    """

    name: str
    kind: Literal["integer", "decimal", "boolean", "choice"]
    default: Stored
    wider: Wider
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(1)
    choices: tuple[str, ...] = ()
    optional: bool = False

    def clean(self, given: object) -> Stored:
        """The value as it is stored. Raises RuleRefused, with the message for this field."""
        if self.optional and given in ("", None):
            return ""
        if self.kind == "boolean":
            return self._boolean(given)
        if self.kind == "choice":
            if given not in self.choices:
                raise self._no(f"Choose one of {', '.join(self.choices)}.")
            return str(given)
        return self._number(given)

    def _boolean(self, given: object) -> bool:
        if not isinstance(given, bool):
            raise self._no("Choose yes or no.")
        return given

    def _number(self, given: object) -> Stored:
        if isinstance(given, bool) or not isinstance(given, (str, int, Decimal)):
            raise self._no("Write a number.")
        try:
            number = parse_decimal(str(given) if not isinstance(given, Decimal) else to_text(given))
        except NumberRefused as refusal:
            raise self._no(str(refusal)) from None
        if not self.minimum <= number <= self.maximum:
            raise self._no(
                f"Write a number from {to_text(self.minimum)} to {to_text(self.maximum)}."
            )
        if self.kind == "decimal":
            return to_text(number)
        if number != int(number):
            raise self._no("Write a whole number.")
        return int(number)

    def typed(self, stored: object) -> Typed:
        """The value as detection takes it; "" for a test that is off."""
        cleaned = self.clean(stored)
        return Decimal(cleaned) if self.kind == "decimal" and cleaned != "" else cleaned

    def widens(self, old: object, new: object) -> bool:
        """Whether going from ``old`` to ``new`` makes the rule more lenient."""
        if self.wider == "neither":
            return False
        before, after = self._rank(old), self._rank(new)
        return after > before if self.wider == "up" else after < before

    def _rank(self, value: object) -> Decimal:
        if self.kind == "choice":
            return Decimal(self.choices.index(str(self.clean(value))))
        cleaned = self.clean(value)
        if cleaned == "":
            return Decimal("Infinity" if self.wider == "up" else "-Infinity")
        return Decimal(cleaned)

    def _no(self, message: str) -> RuleRefused:
        return RuleRefused(message, fields={self.name: message})


def whole(name: str, default: int, low: int, high: int, wider: Wider) -> Parameter:
    return Parameter(name, "integer", default, wider, Decimal(low), Decimal(high))


def share(name: str, default: str) -> Parameter:
    """A share of the way from baseline to target: asking for less of it is more lenient."""
    return Parameter(name, "decimal", default, "down")


def per_cent(name: str, default: str) -> Parameter:
    return Parameter(name, "decimal", default, "up", Decimal(0), Decimal(100))


def optional(name: str, default: str, wider: Wider, low: Decimal = -MOST) -> Parameter:
    return Parameter(name, "decimal", default, wider, low, MOST, optional=True)
