"""Rules in words: ``{% load rules %}{{ name|setting_label }}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from people.templatetags.formats import number

register = template.Library()

TITLES = {
    "progress": _("Off track against its target"),
    "missing": _("Value missing or late"),
    "control_limits": _("Outside its control limits"),
    "milestone_late": _("Milestone late"),
    "milestone_moved": _("Milestone moved again"),
}
ABOUT = {
    "progress": _("A value of a complete period is judged against that period's target."),
    "missing": _("The day on which a value was due has passed and it has not come."),
    "control_limits": _("A value lies outside what chance alone would allow, on the worse side."),
    "milestone_late": _("The planned finish has passed and the milestone is not done."),
    "milestone_moved": _("The finish of a milestone was moved."),
}
LABELS = {
    "on_track_from": _("On track from this share of the way"),
    "at_risk_from": _("At risk from this share of the way"),
    "on_track_within": _("On track within so many per cent of the target"),
    "at_risk_within": _("At risk within so many per cent of the target"),
    "fires_on": _("Fires"),
    "consecutive": _("Periods in a row before it fires"),
    "clear_periods": _("Clear periods in a row before a deviation closes by itself"),
    "grace_working_days": _("Working days of grace after the due date"),
    "min_points": _("Values needed before limits are trusted"),
    "both_sides": _("Fire on the better side too"),
    "working_days": _("Working days after the planned finish"),
    "times": _("Times the finish has moved"),
}
HINTS = {
    "on_track_from": _("From 0 to 1: 0.9 is nine tenths of the way from baseline to target."),
    "at_risk_from": _("From 0 to 1: 0.5 is half of the way."),
    "on_track_within": _("Where there is no way from a baseline to measure. From 0 to 100."),
    "at_risk_within": _("Where there is no way from a baseline to measure. From 0 to 100."),
}
WORDS = {"off_track": _("when off track"), "at_risk": _("when at risk or off track")}


@register.filter
def rule_title(kind: str) -> Any:
    """What a kind of rule is called."""
    return TITLES.get(kind, kind)


@register.filter
def rule_about(kind: str) -> Any:
    """What a kind of rule looks at, in one sentence."""
    return ABOUT.get(kind, "")


@register.filter
def setting_label(name: str) -> Any:
    """What a setting is called."""
    return LABELS.get(name, name)


@register.filter
def setting(value: Any) -> Any:
    """A setting's value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return WORDS.get(str(value)) or number(value)
