"""What people read about each kind of rule and each of its settings."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

Words: TypeAlias = Any  # a string that is translated when it is shown

TITLES: dict[str, Words] = {
    "progress": _("Off track against its target"),
    "pace": _("Will miss its target at this pace"),
    "missing": _("Value missing or late"),
    "provisional": _("Value provisional for too long"),
    "implausible": _("Implausible value"),
    "control_limits": _("Outside its control limits"),
    "control_trend": _("A trend of seven values"),
    "control_two_in_three": _("Two of three values near a limit"),
    "control_shift": _("A shift of seven values"),
    "pair_conflict": _("Headline on track, quality off"),
    "part_worsens": _("A part worsens while the total improves"),
    "parts_disagree": _("Total and parts disagree"),
    "milestone_late": _("Milestone late"),
    "milestone_moved": _("Milestone moved again"),
    "milestone_blocked": _("Milestone blocked"),
    "milestone_unreported": _("Milestone not reported on"),
}

ABOUT: dict[str, Words] = {
    "progress": _("A value of a complete period is judged against that period's target."),
    "pace": _("The line through the last values is drawn on to the next target and falls short."),
    "missing": _("The day on which a value was due has passed and it has not come."),
    "provisional": _("A value is still provisional after the days that its KPI allows."),
    "implausible": _("A value lies so far from the others that it may be a slip of the pen."),
    "control_limits": _("A value lies outside what chance alone would allow, on the worse side."),
    "control_trend": _("Seven values in a row each went further to the worse side."),
    "control_two_in_three": _(
        "Two of three values in a row lie close to the limit on the worse side."
    ),
    "control_shift": _("Seven values in a row lie on the worse side of the average."),
    "pair_conflict": _("A KPI is on track while the KPI that guards its quality is off track."),
    "part_worsens": _("The total gets better while a part of its breakdown gets worse."),
    "parts_disagree": _("The parts of a breakdown do not make the total they should make."),
    "milestone_late": _("The planned finish has passed and the milestone is not done."),
    "milestone_moved": _("The finish of a milestone was moved."),
    "milestone_blocked": _("A milestone has been reported as blocked and still is."),
    "milestone_unreported": _("Nobody has reported on a milestone under way for a while."),
}

# Group key, title, kinds in the order in which the page shows them.
GROUPS: tuple[tuple[str, Words, tuple[str, ...]], ...] = (
    ("target", _("Against the target"), ("progress", "pace")),
    (
        "chart",
        _("Control chart"),
        ("control_limits", "control_trend", "control_two_in_three", "control_shift"),
    ),
    ("reporting", _("Reporting"), ("missing", "provisional")),
    ("plausible", _("Plausibility"), ("implausible",)),
    (
        "relations",
        _("Between KPIs and their parts"),
        ("pair_conflict", "part_worsens", "parts_disagree"),
    ),
    (
        "milestones",
        _("Milestones"),
        ("milestone_late", "milestone_moved", "milestone_blocked", "milestone_unreported"),
    ),
)

LABELS: dict[str, Words] = {
    "on_track_from": _("On track from this share of the way"),
    "at_risk_from": _("At risk from this share of the way"),
    "on_track_within": _("On track within so many per cent of the target"),
    "at_risk_within": _("At risk within so many per cent of the target"),
    "fires_on": _("Fires"),
    "consecutive": _("Periods in a row before it fires"),
    "open_after": _("Periods in a row before a deviation opens"),
    "clear_periods": _("Clear periods in a row before a deviation closes by itself"),
    "points": _("Values that the pace is worked out from"),
    "within": _("Per cent of the way that may be missing at the target"),
    "grace_working_days": _("Working days of grace after the due date"),
    "min_points": _("Values needed before limits are trusted"),
    "both_sides": _("Fire on the better side too"),
    "lock_after": _("Limits are locked after so many values"),
    "z": _("Furthest from the median, in usual spreads"),
    "low": _("Lowest plausible value"),
    "high": _("Highest plausible value"),
    "jump": _("Largest plausible change from one value to the next, in per cent"),
    "periods": _("Periods in a row in which the part worsens"),
    "tolerance": _("Per cent by which total and parts may differ"),
    "working_days": _("Working days after the planned finish"),
    "times": _("Times the finish has moved"),
    "days": _("Days without a report"),
}

# Where one word means something else in one kind of rule.
LABELS_OF: dict[tuple[str, str], Words] = {
    ("milestone_blocked", "working_days"): _("Working days since it was reported as blocked"),
}

HINTS: dict[str, Words] = {
    "on_track_from": _("From 0 to 1: 0.9 is nine tenths of the way from baseline to target."),
    "at_risk_from": _("From 0 to 1: 0.5 is half of the way."),
    "on_track_within": _("Where there is no way from a baseline to measure. From 0 to 100."),
    "at_risk_within": _("Where there is no way from a baseline to measure. From 0 to 100."),
    "open_after": _("1: at once. More: a single bad period opens nothing. From 1 to 12."),
    "clear_periods": _("A single good period between two bad ones closes nothing. From 1 to 24."),
    "points": _("From 3 to 24. Fewer follow a turn sooner, more are less moved by one value."),
    "lock_after": _(
        "0: never, each new value moves the limits. Otherwise the limits stay as they are"
        " after so many values of a baseline, and only later values are judged."
    ),
    "z": _(
        "The distance from the median divided by 1.4826 times the median distance (a robust"
        " z-score). Empty: this test is off."
    ),
    "low": _("In the KPI's unit. Empty: there is no lowest value."),
    "high": _("In the KPI's unit. Empty: there is no highest value."),
    "jump": _("In per cent of the value before. Empty: any change is plausible."),
}

CHOICES: dict[str, Words] = {
    "off_track": _("When a value is off track"),
    "at_risk": _("When a value is at risk or off track"),
}

WORDS: dict[str, Words] = {
    "off_track": _("when off track"),
    "at_risk": _("when at risk or off track"),
}

FOLLOWS: dict[str, Words] = {
    "note": _("It is noted"),
    "ask": _("The owner is asked"),
    "review": _("A review opens"),
}
FOLLOWS_ABOUT: dict[str, Words] = {
    "note": _("It shows on the KPI and on the board; nobody is asked anything."),
    "ask": _("By a notice and a line on the desk."),
    "review": _(
        "In the home forum, or the open one is joined; while the value is provisional the"
        " owner is asked instead."
    ),
}


def label(name: str, kind: str = "") -> Words:
    """What a setting is called, in one kind of rule."""
    return LABELS_OF.get((kind, name)) or LABELS.get(name) or name.replace("_", " ").capitalize()
