"""Sentences on why a rule fired, from stored evidence alone, in the reader's language.

``SENTENCES`` maps each kind of rule to a function of a Told. A new kind of rule gets a
function here and a case in tests/golden/sentences.
"""

from __future__ import annotations

from collections.abc import Callable

from kpis.templatetags.sentences import charts, milestones, relations, reporting, targets
from kpis.templatetags.sentences.words import Told

SENTENCES: dict[str, Callable[[Told], str]] = {
    "progress": targets.progress,
    "pace": targets.pace,
    "missing": reporting.missing,
    "provisional": reporting.provisional,
    "implausible": reporting.implausible,
    "control_limits": charts.limits,
    "control_trend": charts.trend,
    "control_two_in_three": charts.two_in_three,
    "control_shift": charts.shift,
    "pair_conflict": relations.pair_conflict,
    "part_worsens": relations.part_worsens,
    "parts_disagree": relations.parts_disagree,
    "milestone_late": milestones.late,
    "milestone_moved": milestones.moved,
    "milestone_blocked": milestones.blocked,
    "milestone_unreported": milestones.unreported,
}

__all__ = ["SENTENCES", "Told"]
