"""What each number in the evidence of a signal is called."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.utils.translation import gettext_lazy as _

Words: TypeAlias = Any  # a string that is translated when it is shown

NAMES: dict[str, Words] = {
    # Values and targets
    "value": _("Value"),
    "high": _("Upper end"),
    "numerator": _("Numerator"),
    "denominator": _("Denominator"),
    "provisional": _("The value was provisional"),
    "target": _("Target"),
    "target_low": _("Lower end of the target"),
    "target_high": _("Upper end of the target"),
    "path": _("What was asked"),
    "baseline": _("Baseline"),
    "direction": _("Which way is better"),
    "progress": _("Progress"),
    "shortfall": _("Missing to the target"),
    "on_track_min": _("On track from"),
    "on_track_max": _("On track up to"),
    "at_risk_min": _("At risk from"),
    "at_risk_max": _("At risk up to"),
    "status": _("Status"),
    "row": _("Periods in a row"),
    # Pace
    "pace": _("Pace: change per period"),
    "needed": _("Change per period that is needed"),
    "last": _("Last value"),
    "target_period": _("Period of the target"),
    "projected": _("Where the line leads"),
    "within": _("Part of the way that may be missing"),
    # Control charts
    "mean": _("Average"),
    "lower": _("Lower control limit"),
    "upper": _("Upper control limit"),
    "points": _("Values it rests on"),
    "cause": _("Test"),
    "pattern": _("Periods of the pattern"),
    "short": _("Fewer than 13 values: the limits are provisional"),
    "locked": _("The limits were locked"),
    # Reporting
    "due": _("Was due on"),
    "grace_working_days": _("Working days of grace"),
    "entered": _("Entered on"),
    "allowed_days": _("Working days it may stay provisional"),
    # Plausibility
    "test": _("Test"),
    "median": _("Median"),
    "spread": _("Usual spread"),
    "z": _("Usual spreads from the median"),
    "limit": _("At most plausible"),
    "low": _("Lowest plausible value"),
    "previous": _("Value before"),
    "change": _("Change in per cent of the value before"),
    # Between KPIs and parts
    "total_from": _("Total before"),
    "total_to": _("Total now"),
    "how": _("How the parts make the total"),
    "total": _("Total"),
    "parts_total": _("What the parts make"),
    "difference": _("Difference"),
    "tolerance": _("Difference that is allowed"),
    "missing": _("Parts without a value"),
    # Milestones
    "planned_finish": _("Planned finish"),
    "working_days": _("Working days since"),
    "moves": _("Times it has moved"),
    "finishes": _("Finishes so far"),
    "blocked_by": _("Blocked by"),
    "since": _("Blocked since"),
    "last_report": _("Last report"),
    "days": _("Days without a report"),
}

WORDS: dict[str, dict[str, Words]] = {
    "direction": {
        "increase": _("it should increase"),
        "decrease": _("it should decrease"),
        "hold": _("it should stay within a range"),
        "context": _("none: context only"),
    },
    "path": {
        "target": _("the target of the period"),
        "trajectory": _("the path to the target"),
    },
    "test": {
        "z": _("distance from the other values"),
        "range": _("lowest and highest value"),
        "jump": _("change since the value before"),
    },
    "how": {
        "sum": _("their sum"),
        "average": _("their average"),
        "ratio_of_sums": _("the ratio of their sums"),
        "hundred": _("shares that sum to 100"),
    },
    "cause": {
        "outside_above": _("above the upper limit"),
        "outside_below": _("below the lower limit"),
        "trend_rising": _("seven values rising"),
        "trend_falling": _("seven values falling"),
        "two_in_three_above": _("two of three near the upper limit"),
        "two_in_three_below": _("two of three near the lower limit"),
        "shift_above": _("seven values above the average"),
        "shift_below": _("seven values below the average"),
    },
}
