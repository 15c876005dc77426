"""The kinds of rule a programme can switch on, and what can be set in each.

Public names::

    SEVERITIES = ("note", "ask", "review")       note it; ask the owner to explain; open a review
    KINDS: dict[str, RuleKind]                   "progress", "missing", "control_limits",
                                                 "milestone_late", "milestone_moved"
    RuleKind(key, subject, severity, parameters).defaults() -> dict of stored values
    Parameter(name, kind, default, minimum, maximum, choices, wider)
    kind_of(key) -> RuleKind
    clean(key, given: Mapping[str, object]) -> dict[str, str | int | bool]   complete, checked, for storing
    typed(key, stored: Mapping[str, object]) -> dict[str, Decimal | int | bool | str]   for detection
    widened(key, old, new) -> list[str]          parameters whose change widens a tolerance
    softened(old_severity, new_severity) -> bool

Widening a tolerance means that something that fired before may no longer fire, or
that a deviation may close sooner. It needs a reason (fact 13). Decimals are stored
as text, so that a stored rule means the same on every database.

Defaults, all of them settings of the programme: nine tenths of the way is on track
and half of it at risk; 1 and 10 per cent of the target where there is no way to
measure; 13 values before control limits are trusted (Making Data Count marks groups
of fewer as short); 5 working days for milestones; two moves of a finish.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpis.rules.targets import Tolerances
from kpis.rules.values import NumberRefused, parse_decimal, to_text
from ledger.rules.errors import Refused

Stored = str | int | bool
Typed = Decimal | int | bool | str
Wider = Literal["up", "down"]

SEVERITIES = ("note", "ask", "review")


class RuleRefused(Refused):
    """Settings of a rule that cannot be taken; ``fields`` says which and why."""

    code = "rule"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting. ``wider`` is the way in which it makes the rule more lenient.

    For a choice "up" is towards the end of ``choices``; for a boolean, to True.
    """

    name: str
    kind: Literal["integer", "decimal", "boolean", "choice"]
    default: Stored
    wider: Wider
    minimum: Decimal = Decimal(0)
    maximum: Decimal = Decimal(1)
    choices: tuple[str, ...] = ()

    def clean(self, given: object) -> Stored:
        """The value as it is stored. Raises RuleRefused, with the message for this field."""
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
        """The value as detection takes it."""
        cleaned = self.clean(stored)
        return Decimal(cleaned) if self.kind == "decimal" else cleaned

    def widens(self, old: object, new: object) -> bool:
        """Whether going from ``old`` to ``new`` makes the rule more lenient."""
        before, after = self._rank(old), self._rank(new)
        return after > before if self.wider == "up" else after < before

    def _rank(self, value: object) -> Decimal:
        if self.kind == "choice":
            return Decimal(self.choices.index(str(self.clean(value))))
        return Decimal(self.clean(value))

    def _no(self, message: str) -> RuleRefused:
        return RuleRefused(message, fields={self.name: message})


@dataclass(frozen=True, slots=True)
class RuleKind:
    """A kind of rule: what it watches, how severe it is unless set otherwise, its settings."""

    key: str
    subject: Literal["series", "milestone"]
    severity: str
    parameters: tuple[Parameter, ...]

    def defaults(self) -> dict[str, Stored]:
        """Every setting at its default, as stored."""
        return {p.name: p.default for p in self.parameters}


def _whole(name: str, default: int, low: int, high: int, wider: Wider) -> Parameter:
    return Parameter(name, "integer", default, wider, Decimal(low), Decimal(high))


def _share(name: str, default: str) -> Parameter:
    """A share of the way from baseline to target: asking for less of it is more lenient."""
    return Parameter(name, "decimal", default, "down")


def _per_cent(name: str, default: str) -> Parameter:
    return Parameter(name, "decimal", default, "up", Decimal(0), Decimal(100))


def _clear_periods(default: int) -> Parameter:
    """After how many periods in a row without a finding a deviation closes by itself."""
    return _whole("clear_periods", default, 1, 24, "down")


KINDS: dict[str, RuleKind] = {
    kind.key: kind
    for kind in (
        RuleKind(
            "progress",
            "series",
            "review",
            (
                _share("on_track_from", "0.9"),
                _share("at_risk_from", "0.5"),
                _per_cent("on_track_within", "1"),
                _per_cent("at_risk_within", "10"),
                Parameter(
                    "fires_on", "choice", "off_track", "up", choices=("at_risk", "off_track")
                ),
                _whole("consecutive", 1, 1, 12, "up"),
                _clear_periods(2),
            ),
        ),
        RuleKind(
            "missing",
            "series",
            "review",
            (_whole("grace_working_days", 0, 0, 250, "up"), _clear_periods(1)),
        ),
        RuleKind(
            "control_limits",
            "series",
            "review",
            (
                _whole("min_points", 13, 2, 60, "up"),
                Parameter("both_sides", "boolean", False, "down"),
                _clear_periods(3),
            ),
        ),
        RuleKind(
            "milestone_late", "milestone", "review", (_whole("working_days", 5, 0, 250, "up"),)
        ),
        RuleKind("milestone_moved", "milestone", "review", (_whole("times", 2, 1, 10, "up"),)),
    )
}


def kind_of(key: str) -> RuleKind:
    """The kind by its key. Raises RuleRefused."""
    if key not in KINDS:
        raise RuleRefused(f"Choose one of {', '.join(KINDS)}.", fields={"kind": key})
    return KINDS[key]


def clean(key: str, given: Mapping[str, object]) -> dict[str, Stored]:
    """All settings of a rule, those not given at their defaults, checked one by one and together.

    Raises RuleRefused with a message per field; unknown settings are refused too.
    """
    kind = kind_of(key)
    known = {p.name for p in kind.parameters}
    problems = {
        name: "There is no such setting; leave it out." for name in given if name not in known
    }
    cleaned: dict[str, Stored] = {}
    for parameter in kind.parameters:
        try:
            cleaned[parameter.name] = parameter.clean(given.get(parameter.name, parameter.default))
        except RuleRefused as refusal:
            problems |= refusal.fields or {}
    if problems:
        raise RuleRefused("Mend the settings that are marked.", fields=problems)
    if key == "progress":
        tolerances(typed(key, cleaned))
    return cleaned


def typed(key: str, stored: Mapping[str, object]) -> dict[str, Typed]:
    """Stored settings as detection takes them; settings newer than the rule are at their defaults."""
    parameters = kind_of(key).parameters
    return {p.name: p.typed(stored.get(p.name, p.default)) for p in parameters}


def tolerances(params: Mapping[str, Typed]) -> Tolerances:
    """The tolerances among the typed settings of a progress rule. Raises TolerancesRefused."""
    names = ("on_track_from", "at_risk_from", "on_track_within", "at_risk_within")
    return Tolerances(*(Decimal(params[name]) for name in names))


def widened(key: str, old: Mapping[str, object], new: Mapping[str, object]) -> list[str]:
    """The settings whose change makes the rule more lenient, in the kind's order."""
    return [
        p.name
        for p in kind_of(key).parameters
        if p.widens(old.get(p.name, p.default), new.get(p.name, p.default))
    ]


def softened(old_severity: str, new_severity: str) -> bool:
    """Whether the new severity asks less of people than the old one."""
    return SEVERITIES.index(new_severity) < SEVERITIES.index(old_severity)
