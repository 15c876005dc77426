"""What a series comes to, in words and numbers: ``{% load measuring %}{{ year|year_lines:unit }}``."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.rules.aggregate import (
    AVERAGE,
    CUMULATIVE,
    LATEST,
    RATIO_OF_SUMS,
    SUM,
    Aggregate,
    YearValue,
)
from kpis.rules.periods import Period
from kpis.rules.values import NumberRefused, Observation
from kpis.templatetags.readings import observed, rounded, short, way_formula
from people.templatetags.formats import NOTHING, day, number, period_label, quantity, span

register = template.Library()

TERMS = 12
MINUS = "\N{MINUS SIGN}"


@register.filter
def step(found: Any, unit: str = "") -> str:
    """What a path asks of a period: "80%", "70 to 80%", "50% (baseline)"."""
    if not found:
        return NOTHING
    said = quantity(short(found.low), unit)
    if found.low != found.high:
        said = path_value(found.asked, unit)
    return _("%(value)s (baseline)") % {"value": said} if found.is_start else said


@register.filter
def path_value(asked: Any, unit: str = "") -> str:
    """What a path asks of a period without a target of its own."""
    if asked.is_range:
        return span(short(asked.low), short(asked.high), unit)
    return quantity(short(asked.low), unit)


@register.filter
def baseline_of(row: Any) -> Any:
    """Where the way to what was asked of a period starts, as the verdict took it."""
    if row.target and row.target.baseline is not None:
        return row.target.baseline
    return row.judgement.evidence.get("baseline") if row.judgement else None


@register.filter
def signed(value: Any) -> str:
    """A difference with its sign: +2.5, −2.5, 0."""
    if value is None or value == "":
        return NOTHING
    if not value:
        return number(0)
    return f"{'+' if value > 0 else MINUS}{number(short(abs(Fraction(value))))}"


@register.filter
def version_name(version: Any, plans: Collection[int]) -> str:
    """A version of a path: "2015: revision 2, 12 March 2015". A plan not readable is not named."""
    words = {"year": version.at.year, "day": day(version.at)}
    if version.revision is None:
        return _("%(year)s: loaded on %(day)s") % words
    if version.revision.plan_id not in plans:
        return _("%(year)s: by a restricted plan, %(day)s") % words
    return _("%(year)s: revision %(number)s, %(day)s") % (
        words | {"number": version.revision.number}
    )


@register.filter
def way_words(version: Any, unit: str = "") -> str:
    """How a version of the path runs, and to where."""
    path = version.path
    if not path.points:
        return _("No target was in force.")
    said = {
        "points": _("Targets for single periods."),
        "steps": _("In steps: each target is asked until the next."),
        "linear": _("Evenly from period to period."),
    }[path.method]
    count, targets = len(path.points), version.targets
    last = max(targets, key=lambda each: each.period_end)
    ends = ngettext(
        "%(count)d target: %(value)s for %(period)s.",
        "%(count)d targets, the last %(value)s for %(period)s.",
        count,
    ) % {
        "count": count,
        "value": quantity(short(last.value), unit),
        "period": period_label(last.period_start, last.period_end),
    }
    if path.baseline is None:
        return f"{said} {ends}"
    starts = _("It starts from %(value)s.") % {"value": quantity(short(path.baseline), unit)}
    return f"{said} {starts} {ends}"


@register.filter
def value_of(aggregate: Aggregate, unit: str = "") -> str:
    """The value that several came to; an en dash where there is none."""
    try:
        seen = aggregate.observation
    except NumberRefused:
        return NOTHING
    return observed(seen, unit)


@register.filter
def year_lines(year: YearValue, unit: str = "") -> list[str]:
    """How the value of a year was worked out, and what it lacks."""
    found = year.aggregate
    lines = [_sum(found, [_plain(part.observation) for part in found.used], unit, year.used)]
    if year.missing:
        lines.append(
            _("No value yet, and not counted as zero: %(periods)s.")
            % {"periods": names(year.missing)}
        )
    if year.ahead:
        count = len(year.ahead)
        lines.append(
            ngettext(
                "%(count)d period of the year has not ended.",
                "%(count)d periods of the year have not ended.",
                count,
            )
            % {"count": count}
        )
    return [line for line in lines if line]


def names(periods: Iterable[Period], most: int = 6) -> str:
    """Periods by name; many are counted from the seventh on."""
    listed = list(periods)
    said = ", ".join(period_label(each.start, each.end) for each in listed[:most])
    more = len(listed) - most
    if more <= 0:
        return said
    return ngettext("%(names)s and %(count)d more", "%(names)s and %(count)d more", more) % {
        "names": said,
        "count": more,
    }


def _plain(seen: Observation | None) -> str:
    return observed(seen) if seen is not None else NOTHING


def _sum(found: Aggregate, terms: list[str], unit: str, used: tuple[Period, ...]) -> str:
    """The arithmetic of one way of putting values together."""
    if found.extent is None:
        return {
            "nothing": _("Nothing was reported."),
            "open": _("The bounds reported leave it open."),
            "no_ratio": _(
                "A value has no numerator and denominator, so that no ratio of sums can be made."
            ),
        }.get(found.why, "")
    said = {"value": value_of(found, unit), "count": len(terms)}
    if found.how == LATEST:
        return _("The newest value of the year counts: %(value)s, of %(period)s.") % (
            said | {"period": names(used[-1:])}
        )
    if found.how == CUMULATIVE:
        return _("Each value holds its year so far; that of %(period)s is %(value)s.") % (
            said | {"period": names(used[-1:])}
        )
    if found.how == RATIO_OF_SUMS:
        return _("Numerators and denominators are summed: %(above)s of %(below)s is %(value)s.") % (
            said | {"above": number(found.numerator), "below": number(found.denominator)}
        )
    shown = " + ".join(terms) if len(terms) <= TERMS else ""
    if found.how == AVERAGE:
        if shown:
            return _("(%(terms)s) ÷ %(count)d = %(value)s.") % (said | {"terms": shown})
        return _("The average of %(count)d values is %(value)s.") % said
    if found.how == SUM and shown:
        return _("%(terms)s = %(value)s.") % (said | {"terms": shown})
    return _("The sum of %(count)d values is %(value)s.") % said


@register.filter
def formula(judgement: Any) -> str:
    """(75 − 100) ÷ (50 − 100) = 50%; empty where there is no baseline to start from."""
    evidence = judgement.evidence if judgement else {}
    has_way = evidence.get("mode") == "baseline" and "progress" in evidence and "target" in evidence
    return way_formula(evidence) if has_way else ""


@register.filter
def progress_lines(row: Any, unit: str = "") -> list[str]:
    """What there was to cover, what is covered, and what the path asked for by then."""
    evidence = row.judgement.evidence if row.judgement else {}
    lines = [_covered(evidence, unit)]
    if row.asked is not None:
        lines.append(_along(row.asked, unit))
    return [line for line in lines if line]


def _covered(evidence: Any, unit: str) -> str:
    needed = ("baseline", "target", "value", "progress")
    if evidence.get("mode") != "baseline" or any(name not in evidence for name in needed):
        return ""
    start, end, now = (Decimal(evidence[name]) for name in ("baseline", "target", "value"))
    gone = (now - start) if end > start else (start - now)
    words = {
        "start": number(short(start)),
        "end": quantity(short(end), unit),
        "value": quantity(short(now), unit),
        "all": number(short(abs(end - start))),
        "done": number(short(abs(gone))),
    }
    if gone < 0:
        return (
            _(
                "From %(start)s to %(end)s there are %(all)s to cover; at %(value)s it stands %(done)s"
                " further away than where it started."
            )
            % words
        )
    return (
        _(
            "From %(start)s to %(end)s there are %(all)s to cover; at %(value)s it has covered %(done)s of them."
        )
        % words
    )


def _along(asked: Any, unit: str) -> str:
    """The value of a straight path, with its arithmetic; a target goes without saying."""
    if asked.start == asked.end or asked.is_range:
        return ""
    return _(
        "The path asked for %(value)s by then: %(start)s + (%(end)s − %(start)s) × %(done)d ÷ %(steps)d."
    ) % {
        "value": quantity(short(asked.low), unit),
        "start": number(short(asked.start.low)),
        "end": number(short(asked.end.low)),
        "done": asked.ordinal - asked.start.ordinal,
        "steps": asked.end.ordinal - asked.start.ordinal,
    }


@register.filter
def rough(value: float, unit: str = "") -> str:
    """A number that was worked out from a model: no more digits than it is worth."""
    return quantity(rounded(value), unit)


VARIATIONS = {
    "common_cause": lambda: _("The newest value lies within what chance alone would bring."),
    "special_cause_improvement": lambda: _(
        "The newest values show a change for the better that chance alone would not bring."
    ),
    "special_cause_concern": lambda: _(
        "The newest values show a change for the worse that chance alone would not bring."
    ),
    "special_cause_neutral_high": lambda: _(
        "The newest values are higher than chance alone would bring."
    ),
    "special_cause_neutral_low": lambda: _(
        "The newest values are lower than chance alone would bring."
    ),
}
ASSURANCES = {
    "consistent_pass": lambda: _("As things run now, what is asked is met every time."),
    "consistent_fail": lambda: _(
        "As things run now, what is asked cannot be met: something has to change."
    ),
    "inconsistent": lambda: _("As things run now, chance decides whether what is asked is met."),
}


@register.filter
def variation_words(word: str) -> str:
    """What the last point of a control chart means."""
    return VARIATIONS[word]() if word in VARIATIONS else ""


@register.filter
def assurance_words(word: str) -> str:
    """Whether the process meets its target always, never or by chance."""
    return ASSURANCES[word]() if word in ASSURANCES else ""
