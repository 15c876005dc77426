"""The kinds of rule a programme can switch on, and what can be set in each.

Public names::

    SEVERITIES = ("note", "ask", "review")       note it; ask the owner to explain; open a review
    KINDS: dict[str, RuleKind]                   the sixteen kinds, those on series first
    SERIES_KINDS, MILESTONE_KINDS                their keys, in the same order
    RuleKind(key, subject, severity, parameters).defaults() -> dict of stored values
    kind_of(key) -> RuleKind
    clean(key, given: Mapping[str, object]) -> dict[str, str | int | bool]   complete, checked, for storing
    typed(key, stored: Mapping[str, object]) -> dict[str, Decimal | int | bool | str]   for detection
    widened(key, old, new) -> list[str]          parameters whose change widens a tolerance
    softened(old_severity, new_severity) -> bool
    capped(severity, at_most) -> str             the milder of the two

Widening a tolerance means that something that fired before may no longer fire, or
that a deviation may close sooner. It needs a reason (fact 13). Decimals are stored
as text, so that a stored rule means the same on every database; a decimal that may
be left out is "" when it is: that test is off.

Defaults, all of them settings of the programme: nine tenths of the way is on track
and half of it at risk; 1 and 10 per cent of the target where there is no way to
measure; 13 values before control limits are trusted (Making Data Count marks groups
of fewer as short); a robust z-score of 6; 5 working days for milestones; two moves of
a finish. A rule on series opens a deviation at the first finding and closes it after
so many clear periods; both can be set ("hysteresis").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from kpis.rules.parameters import (
    Parameter,
    RuleRefused,
    Stored,
    Typed,
    optional,
    per_cent,
    share,
    whole,
)
from kpis.rules.targets import Tolerances

__all__ = ["Parameter", "RuleRefused", "Stored", "Typed"]  # told on from parameters.py

SEVERITIES = ("note", "ask", "review")


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


def _episodes(clear_periods: int) -> tuple[Parameter, Parameter]:
    """After how many findings in a row a deviation opens, and after how many clear periods it closes."""
    return (
        whole("open_after", 1, 1, 12, "up"),
        whole("clear_periods", clear_periods, 1, 24, "down"),
    )


def _control(clear_periods: int) -> tuple[Parameter, ...]:
    """What the four tests of a control chart have in common."""
    return (
        whole("min_points", 13, 2, 60, "up"),
        Parameter("both_sides", "boolean", False, "down"),
        *_episodes(clear_periods),
    )


def _on_series(key: str, severity: str, *parameters: Parameter) -> RuleKind:
    return RuleKind(key, "series", severity, parameters)


def _on_milestones(key: str, severity: str, parameter: Parameter) -> RuleKind:
    return RuleKind(key, "milestone", severity, (parameter,))


KINDS: dict[str, RuleKind] = {
    kind.key: kind
    for kind in (
        _on_series(
            "progress",
            "review",
            share("on_track_from", "0.9"),
            share("at_risk_from", "0.5"),
            per_cent("on_track_within", "1"),
            per_cent("at_risk_within", "10"),
            Parameter("fires_on", "choice", "off_track", "up", choices=("at_risk", "off_track")),
            whole("consecutive", 1, 1, 12, "up"),
            *_episodes(2),
        ),
        _on_series(
            "pace",
            "ask",
            whole("points", 6, 3, 24, "up"),
            per_cent("within", "10"),
            *_episodes(2),
        ),
        _on_series(
            "missing", "review", whole("grace_working_days", 0, 0, 250, "up"), *_episodes(1)
        ),
        _on_series("provisional", "ask", *_episodes(1)),
        _on_series(
            "implausible",
            "ask",
            optional("z", "6", "up", Decimal(1)),
            optional("low", "", "down"),
            optional("high", "", "up"),
            optional("jump", "", "up", Decimal(0)),
            *_episodes(1),
        ),
        _on_series(
            "control_limits", "review", *_control(3), whole("lock_after", 0, 0, 240, "neither")
        ),
        _on_series("control_trend", "note", *_control(3)),
        _on_series("control_two_in_three", "note", *_control(3)),
        _on_series("control_shift", "note", *_control(3)),
        _on_series("pair_conflict", "ask", *_episodes(1)),
        _on_series("part_worsens", "note", whole("periods", 3, 1, 12, "up"), *_episodes(1)),
        _on_series("parts_disagree", "ask", per_cent("tolerance", "0.5"), *_episodes(1)),
        _on_milestones("milestone_late", "review", whole("working_days", 5, 0, 250, "up")),
        _on_milestones("milestone_moved", "review", whole("times", 2, 1, 10, "up")),
        _on_milestones("milestone_blocked", "ask", whole("working_days", 10, 0, 250, "up")),
        _on_milestones("milestone_unreported", "ask", whole("days", 35, 1, 400, "up")),
    )
}
SERIES_KINDS = tuple(key for key, kind in KINDS.items() if kind.subject == "series")
MILESTONE_KINDS = tuple(key for key, kind in KINDS.items() if kind.subject == "milestone")


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
    _check_together(key, typed(key, cleaned))
    return cleaned


def _check_together(key: str, settings: Mapping[str, Typed]) -> None:
    """Settings that only make sense beside each other. Raises RuleRefused, TolerancesRefused."""
    if key == "progress":
        tolerances(settings)
    if key != "implausible":
        return
    low, high = settings["low"], settings["high"]
    if isinstance(low, Decimal) and isinstance(high, Decimal) and high < low:
        message = "Let the highest value be no less than the lowest."
        raise RuleRefused(message, fields={"high": message})
    if all(settings[name] == "" for name in ("z", "low", "high", "jump")):
        message = "Give at least one of the tests a number, or switch the rule off."
        raise RuleRefused(message, fields={"z": message})


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


def capped(severity: str, at_most: str) -> str:
    """The milder of two severities."""
    return min(severity, at_most, key=SEVERITIES.index)
