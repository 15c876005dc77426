"""Why a rule fired, in a plain sentence: ``{% load signals %}{{ signal|sentence }}``.

The words come from the evidence stored with the signal (kpis.rules.detection), so
an old signal says what it said when it was found, whatever the readings are today.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template

from kpis.templatetags.sentences import SENTENCES, Told

register = template.Library()

Evidence = Mapping[str, Any]


@register.filter
def sentence(signal: Any) -> str:
    """One sentence for a kpis.models.Signal loaded with version.rule (and series.definition)."""
    unit = signal.series.definition.unit if signal.series_id else ""
    kind = signal.version.rule.kind
    return tell(kind, signal.evidence, signal.period_start, signal.period_end, unit)


def tell(kind: str, evidence: Evidence, start: date, end: date, unit: str = "") -> str:
    """The sentence of a firing of a kind of rule for a period, from its evidence alone."""
    told = Told(evidence, start, end, unit)
    return SENTENCES[kind](told) if kind in SENTENCES else told.when


@register.filter
def part_besides(signal: Any) -> str:
    """Which part fired, where the sentence told beside it does not name it already."""
    name = part(signal)
    return "" if name and f"({name})" in sentence(signal) else name


@register.filter
def part(signal: Any) -> str:
    """Which part of a breakdown fired; empty for the total and for milestones."""
    if not signal.series_id or signal.series.cell.is_total:
        return ""
    return str(signal.series.cell.label)
