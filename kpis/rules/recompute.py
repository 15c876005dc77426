"""The verdict of a stored signal, worked out again from its evidence and its rule's settings.

Public names::

    holds(kind, params, evidence) -> bool

``params`` are the typed settings of the version that fired. Only stored evidence is
read, so that the answer is the same years later, whatever has been corrected since.
Raises EvidenceRefused where the evidence does not say enough.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np

from kpis.rules import control, implausible, pace, pairs, parts
from kpis.rules.evidence import exact
from kpis.rules.findings import Evidence
from kpis.rules.progress import judge
from kpis.rules.rules_catalogue import RuleRefused, Typed, tolerances
from kpis.rules.targets import Direction, Target
from kpis.rules.values import Observation

Params = Mapping[str, Typed]


class EvidenceRefused(RuleRefused):
    """Evidence from which the verdict cannot be worked out again."""

    code = "evidence"


def holds(kind: str, params: Params, evidence: Evidence) -> bool:
    """Whether the rule fires on what the evidence tells. Raises RuleRefused, EvidenceRefused."""
    if kind not in _HOLDS:
        raise RuleRefused(f"No rule is called {kind}.")
    try:
        return _HOLDS[kind](params, evidence)
    except (KeyError, TypeError, ValueError, InvalidOperation, IndexError) as error:
        raise EvidenceRefused(f"The evidence of {kind} does not say enough: {error}.") from error


def _progress(params: Params, evidence: Evidence) -> bool:
    direction = _direction(evidence)
    target, expected = _target(evidence, "target"), _target(evidence, "expected")
    start = evidence.get("baseline")
    baseline = None if start is None else Decimal(str(start))
    verdict = judge(
        direction, _observation(evidence), target, baseline, tolerances(params), expected
    )
    firing = {"off_track"}
    if params.get("fires_on", "off_track") != "off_track":
        firing.add("at_risk")
    row = evidence.get("row", ())
    long_enough = max(1, len(_list(row))) >= int(params.get("consecutive", 1))
    return verdict.status in firing and verdict.status == evidence["status"] and long_enough


def _direction(evidence: Evidence) -> Direction:
    """As it was told; in older evidence, from the edges that were."""
    match evidence.get("direction"):
        case "increase":
            return "increase"
        case "decrease":
            return "decrease"
        case "hold":
            return "hold"
        case "context":
            return "context"
    if "on_track_min" in evidence:
        return "hold" if "on_track_max" in evidence else "increase"
    return "decrease"


def _target(evidence: Evidence, name: str) -> Target | None:
    if name in evidence:
        return Target(value=_decimal(evidence[name]))
    if f"{name}_low" in evidence:
        return Target(
            low=_decimal(evidence[f"{name}_low"]), high=_decimal(evidence[f"{name}_high"])
        )
    return None


def _observation(evidence: Evidence) -> Observation:
    """What was observed; the scale of a ratio, where it is not told, from its value."""
    comparator: Any = evidence.get("comparator", "=")
    if "numerator" in evidence:
        top, bottom = _decimal(evidence["numerator"]), _decimal(evidence["denominator"])
        scale = (
            _decimal(evidence["scale"]) if "scale" in evidence else _scale(evidence, top, bottom)
        )
        return Observation.ratio(top, bottom, scale, comparator)
    high = evidence.get("high")
    return Observation(
        comparator, _decimal(evidence["value"]), None if high is None else _decimal(high)
    )


def _scale(evidence: Evidence, top: Decimal, bottom: Decimal) -> Decimal:
    """The power of ten by which the ratio makes the value."""
    if not top or not bottom:
        return Decimal(1)
    ratio = abs(_decimal(evidence["value"]) * bottom / top)
    return Decimal(10) ** round(math.log10(ratio)) if ratio else Decimal(1)


def _pace(params: Params, evidence: Evidence) -> bool:
    direction = str(evidence["direction"])
    values = [exact(str(v)) for v in _list(evidence["values"])]
    offsets = [int(o) for o in _list(evidence["offsets"])]
    _slope, projected = pace.projection(offsets, values, int(str(evidence["ahead"])))
    low = exact(str(evidence.get("target_low", evidence["target"])))
    high = exact(str(evidence.get("target_high", evidence["target"])))
    start = evidence.get("baseline")
    baseline = None if start is None else exact(str(start))
    within = Fraction(Decimal(params.get("within", "10")))
    allowed = pace.spare(direction, low, high, baseline, within)
    enough = len(values) == len(offsets) >= int(params.get("points", 6))
    return enough and pace.missing(direction, projected, low, high) > allowed


def _control(kind: str, params: Params, evidence: Evidence) -> bool:
    """From all values of the group; older evidence has only the point and its limits."""
    if "values" not in evidence:
        value, lower, upper = (exact(str(evidence[n])) for n in ("value", "lower", "upper"))
        return kind == "control_limits" and not lower <= value <= upper
    texts = [str(text) for text in _list(evidence["values"])]
    values = np.array([float(text) if text else math.nan for text in texts])
    locked = None
    if evidence.get("locked"):
        mean, lower_line, upper_line = (
            float(str(evidence[name])) for name in ("mean", "lower", "upper")
        )
        locked = (mean, lower_line, upper_line)
    at = int(str(evidence["at"]))
    return control.fires_at(kind, params, str(evidence["direction"]), values, at, locked)


def _missing(params: Params, evidence: Evidence) -> bool:
    """A day was due, with the grace of the rule; that no value came is the signal itself."""
    date.fromisoformat(str(evidence["due"]))
    return int(str(evidence["grace_working_days"])) == int(params.get("grace_working_days", 0))


def _provisional(params: Params, evidence: Evidence) -> bool:
    entered, due = (date.fromisoformat(str(evidence[name])) for name in ("entered", "due"))
    allowed = int(str(evidence["allowed_days"]))
    return evidence.get("provisional") is True and due - entered >= timedelta(days=allowed)


def _implausible(params: Params, evidence: Evidence) -> bool:
    test, value = evidence["test"], exact(str(evidence["value"]))
    if test == "range":
        low, high = params.get("low", ""), params.get("high", "")
        below = low != "" and value < Fraction(Decimal(low))
        return below or (high != "" and value > Fraction(Decimal(high)))
    if params.get("z" if test == "z" else "jump", "") == "":
        return False
    if test == "jump":
        limit = Fraction(Decimal(params["jump"]))
        return implausible.jumped(exact(str(evidence["previous"])), value, limit)
    values = [exact(str(v)) for v in _list(evidence["values"])]
    return implausible.too_far(values, value, Fraction(Decimal(params["z"])))


def _pair(params: Params, evidence: Evidence) -> bool:
    pair: Any = evidence["pair"]
    return pairs.conflict(str(evidence["status"]), str(pair["status"]))


def _part_worsens(params: Params, evidence: Evidence) -> bool:
    """Every part named must have got worse while the total got better."""
    told: list[Any] = _list(evidence["parts"])
    changes = {part["label"]: _change(part["from"], part["to"]) for part in told}
    edges = None
    if "target_low" in evidence:
        edges = (exact(str(evidence["target_low"])), exact(str(evidence["target_high"])))
    total = _change(evidence["total_from"], evidence["total_to"])
    worse = parts.worsens(str(evidence["direction"]), total, changes, edges)
    return bool(told) and len(worse) == len(told)


def _change(before: object, after: object) -> parts.Change:
    return parts.Change(exact(str(before)), exact(str(after)))


def _parts_disagree(params: Params, evidence: Evidence) -> bool:
    total = exact(str(evidence["total"]))
    made = exact(str(evidence["parts_total"]))
    tolerance = Fraction(Decimal(params.get("tolerance", "0.5")))
    how = "hundred" if evidence["how"] == "hundred" else "sum"
    return parts.disagree(how, total, [made], tolerance) is not None


def _late(params: Params, evidence: Evidence) -> bool:
    date.fromisoformat(str(evidence["planned_finish"]))
    return int(str(evidence["working_days"])) >= int(params["working_days"])


def _moved(params: Params, evidence: Evidence) -> bool:
    finishes = [str(finish) for finish in _list(evidence["finishes"])]
    moves = sum(a != b for a, b in pairwise(finishes))
    return moves == evidence["moves"] and moves >= int(params["times"])


def _blocked(params: Params, evidence: Evidence) -> bool:
    date.fromisoformat(str(evidence["since"]))
    return int(str(evidence["working_days"])) >= int(params["working_days"])


def _unreported(params: Params, evidence: Evidence) -> bool:
    days, due = int(str(evidence["days"])), date.fromisoformat(str(evidence["due"]))
    last = str(evidence["last_report"])
    told = not last or date.fromisoformat(last) + timedelta(days=days) == due
    return told and days >= int(params["days"])


_HOLDS: dict[str, Callable[[Params, Evidence], bool]] = {
    "progress": _progress,
    "pace": _pace,
    "missing": _missing,
    "provisional": _provisional,
    "implausible": _implausible,
    "pair_conflict": _pair,
    "part_worsens": _part_worsens,
    "parts_disagree": _parts_disagree,
    "milestone_late": _late,
    "milestone_moved": _moved,
    "milestone_blocked": _blocked,
    "milestone_unreported": _unreported,
    **{kind: partial(_control, kind) for kind in control.KINDS},
}


def _list(given: object) -> list[Any]:
    if not isinstance(given, (list, tuple)):
        raise TypeError("a list is missing")
    return list(given)


def _decimal(given: object) -> Decimal:
    return Decimal(str(given))
