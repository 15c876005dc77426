"""Back-tests in words: ``{% load backtests %}{% for line in columns|figures %}``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.templatetags.rule_texts import label
from kpis.templatetags.rules import setting
from kpis.templatetags.signals import tell
from people.templatetags.formats import NOTHING, days, number

register = template.Library()
Column = Mapping[str, Any]

LINES: tuple[tuple[str, str | Promise, str | Promise], ...] = (
    ("flags", gettext_lazy("Flags raised"), gettext_lazy("Each period of a KPI or part once")),
    (
        "hits",
        gettext_lazy("Hits"),
        gettext_lazy("Flags after which the next target was missed"),
    ),
    (
        "false_alarms",
        gettext_lazy("False alarms"),
        gettext_lazy("Flags after which the next target was met"),
    ),
    (
        "open",
        gettext_lazy("Open"),
        gettext_lazy("Flags after which no target has a final value yet"),
    ),
    (
        "precision",
        gettext_lazy("Precision"),
        gettext_lazy("Hits among hits and false alarms"),
    ),
    (
        "misses",
        gettext_lazy("Targets missed"),
        gettext_lazy("Target dates of the span whose final value failed the target"),
    ),
    ("recall", gettext_lazy("Recall"), gettext_lazy("Missed targets that a flag spoke of")),
    (
        "lead_days",
        gettext_lazy("Lead time"),
        gettext_lazy("Days from the first flag to the missed target, median"),
    ),
)
SHARES = {"precision", "recall"}
OUTCOMES = {
    "hit": ("✓", gettext_lazy("missed: the flag was right")),
    "false": ("✗", gettext_lazy("met: a false alarm")),
    "open": ("–", gettext_lazy("no final value yet")),
}


@dataclass(frozen=True)
class Line:
    """One figure of every setting."""

    label: str | Promise
    about: str | Promise
    values: list[str]


@register.filter
def figures(columns: Sequence[Column]) -> list[Line]:
    """The figures of each setting, a line per figure."""
    return [
        Line(name, about, [_figure(key, column["score"]) for column in columns])
        for key, name, about in LINES
    ]


@register.filter
def differing(columns: Sequence[Column], kind: str) -> Iterable[Line]:
    """The settings themselves: those that differ, or all where there is one column."""
    names = columns[0]["parameters"]
    return [
        Line(label(name, kind), "", [str(setting(c["parameters"][name])) for c in columns])
        for name in names
        if len(columns) == 1 or len({str(c["parameters"].get(name)) for c in columns}) > 1
    ]


@register.filter
def why(flag: Any, kind: str) -> str:
    """The sentence of a kpis.models.BacktestFlag."""
    unit = flag.series.definition.unit
    return tell(kind, flag.evidence, flag.period_start, flag.period_end, unit)


@register.filter
def outcome(flag: Any) -> SafeString:
    """How the target date after a flag ended, in a symbol and words."""
    symbol, words = OUTCOMES[flag.outcome]
    return format_html('<span aria-hidden="true">{}</span> {}', symbol, words)


def _figure(key: str, score: Mapping[str, Any] | None) -> str:
    if score is None or score[key] is None:
        return NOTHING
    if key in SHARES:
        return _("%(share)s%%") % {"share": number(round(score[key] * 100))}
    return days(round(score[key])) if key == "lead_days" else number(score[key])
