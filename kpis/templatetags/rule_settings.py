"""The settings of each kind of rule as a sentence, from its typed parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.templatetags.rule_texts import WORDS
from people.templatetags.formats import number

Params = Mapping[str, Any]


def _progress(params: Params) -> str:
    count = int(params["consecutive"])
    row = ngettext(
        "It takes %(count)d such period.", "It takes %(count)d such periods in a row.", count
    ) % {"count": count}
    said = _(
        "On track from %(on)s%% of the way to the target and at risk from %(risk)s%%; without a"
        " baseline, within %(near)s%% and %(far)s%% of the target. Fires %(when)s."
    ) % {
        "on": number(Decimal(params["on_track_from"]) * 100),
        "risk": number(Decimal(params["at_risk_from"]) * 100),
        "near": number(params["on_track_within"]),
        "far": number(params["at_risk_within"]),
        "when": WORDS[str(params["fires_on"])],
    }
    return f"{said} {row}" if count > 1 else said


def _pace(params: Params) -> str:
    return _(
        "Fires when the line through the last %(points)s values leaves more than %(within)s%% of"
        " the way uncovered at the next target."
    ) % {"points": number(params.get("points")), "within": number(params.get("within"))}


def _missing(params: Params) -> str:
    count = int(params["grace_working_days"])
    if not count:
        return _("Fires the day after the value was due.")
    return ngettext(
        "Fires %(count)d working day after the value was due.",
        "Fires %(count)d working days after the value was due.",
        count,
    ) % {"count": count}


def _provisional(params: Params) -> str:
    return _("Each KPI says how many working days its values may stay provisional.")


def _implausible(params: Params) -> str:
    tests = []
    if _given(params, "z"):
        tests.append(
            _("it lies more than %(z)s usual spreads from the median") % {"z": number(params["z"])}
        )
    if _given(params, "low"):
        tests.append(_("it is below %(low)s") % {"low": number(params["low"])})
    if _given(params, "high"):
        tests.append(_("it is above %(high)s") % {"high": number(params["high"])})
    if _given(params, "jump"):
        tests.append(
            _("it differs by more than %(jump)s%% from the value before")
            % {"jump": number(params["jump"])}
        )
    if not tests:
        return _("No test is set, so it never fires.")
    return _("A value is implausible when %(tests)s.") % {"tests": _(" or ").join(tests)}


def _control(params: Params) -> str:
    said = [
        _("Limits are trusted from %(count)s values on.") % {"count": number(params["min_points"])}
    ]
    if params.get("both_sides"):
        said.append(_("Fires on the better side too."))
    locked = int(params.get("lock_after") or 0)
    if locked:
        said.append(_("Limits are locked after %(count)s values.") % {"count": number(locked)})
    return " ".join(said)


def _pair_conflict(params: Params) -> str:
    return _("Both are judged by their own targets, in the newest period that both have.")


def _part_worsens(params: Params) -> str:
    count = int(params["periods"])
    return ngettext(
        "Fires when it lasts for %(count)d period.",
        "Fires when it lasts for %(count)d periods in a row.",
        count,
    ) % {"count": count}


def _parts_disagree(params: Params) -> str:
    return _("Fires when they differ by more than %(tolerance)s%%.") % {
        "tolerance": number(params["tolerance"])
    }


def _milestone_late(params: Params) -> str:
    count = int(params["working_days"])
    return ngettext(
        "Fires %(count)d working day after the planned finish.",
        "Fires %(count)d working days after the planned finish.",
        count,
    ) % {"count": count}


def _milestone_moved(params: Params) -> str:
    count = int(params["times"])
    return ngettext(
        "Fires when the finish has moved %(count)d time.",
        "Fires when the finish has moved %(count)d times.",
        count,
    ) % {"count": count}


def _milestone_blocked(params: Params) -> str:
    count = int(params["working_days"])
    return ngettext(
        "Fires when it has been blocked for %(count)d working day.",
        "Fires when it has been blocked for %(count)d working days.",
        count,
    ) % {"count": count}


def _milestone_unreported(params: Params) -> str:
    count = int(params["days"])
    return ngettext(
        "Fires after %(count)d day without a report.",
        "Fires after %(count)d days without a report.",
        count,
    ) % {"count": count}


def _given(params: Params, name: str) -> bool:
    """Whether an optional setting is switched on."""
    return params.get(name) not in (None, "")


IN_WORDS: dict[str, Callable[[Params], str]] = {
    "progress": _progress,
    "pace": _pace,
    "missing": _missing,
    "provisional": _provisional,
    "implausible": _implausible,
    "control_limits": _control,
    "control_trend": _control,
    "control_two_in_three": _control,
    "control_shift": _control,
    "pair_conflict": _pair_conflict,
    "part_worsens": _part_worsens,
    "parts_disagree": _parts_disagree,
    "milestone_late": _milestone_late,
    "milestone_moved": _milestone_moved,
    "milestone_blocked": _milestone_blocked,
    "milestone_unreported": _milestone_unreported,
}
