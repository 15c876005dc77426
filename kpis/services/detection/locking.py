"""Limits of control charts that lock after so many values of a baseline group.

They are worked out once, from the first values of the group, and stored with it; from
then on the track holds later values only, and what patterns need of those before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from kpis.models import Baseline
from kpis.rules.evidence import number
from kpis.rules.portfolio import APART, LEAD, Floats
from kpis.rules.xmr import charts
from kpis.services import tracks
from kpis.services.detection.judging import about
from kpis.services.detection.slices import Slice
from kpis.services.detection.versions import Versions
from kpis.services.statements import day_of
from ledger.rules.actors import Actor
from ledger.services import events

BY = Actor.system("detection")


@dataclass(frozen=True, slots=True)
class Lock:
    """The limits of a series' current group: from which points, and what they are."""

    series: int
    first: int
    last: int
    lines: tuple[float, float, float]

    @property
    def points(self) -> int:
        """How many points they come from, blanks among them."""
        return self.last - self.first + 1


def due(some: Slice, on: Versions) -> list[Lock]:
    """The groups that have enough values by their rule and are not locked yet."""
    after = on.column("control_limits", "lock_after", 0)
    waiting = (after > 0) & np.isnan(some.portfolio.locked[:, 0])
    found = []
    for series in np.flatnonzero(waiting).tolist():
        points = np.arange(*some.portfolio.offsets[series : series + 2])
        group = points[some.portfolio.flags[points] & (LEAD | APART) == 0]
        values = group[~np.isnan(some.portfolio.value[group])]
        if len(values) < after[series]:
            continue
        last = int(values[after[series] - 1])
        lines = _lines(some.portfolio.value[group[0] : last + 1])
        if lines is not None:
            found.append(Lock(series, int(group[0]), last, lines))
    return found


def _lines(values: Floats) -> tuple[float, float, float] | None:
    """Mean and limits of some values; None when they do not vary."""
    drawn = charts(values, np.zeros(len(values), np.int64))
    lines = (float(drawn.mean[0]), float(drawn.lower[0]), float(drawn.upper[0]))
    return None if np.isnan(lines).any() else lines


def lock(some: Slice, locks: Sequence[Lock], at: datetime) -> None:
    """Store the limits of these groups, once, and pack their tracks anew."""
    series_ids = [some.ids[each.series] for each in locks]
    standing = {
        baseline.series_id: baseline
        for baseline in Baseline.objects.filter(series__in=series_ids, withdrawn_at=None).order_by(
            "starts_on"
        )
    }
    named, lines = about(series_ids), []
    for each in locks:
        pk = some.ids[each.series]
        baseline = standing.get(pk) or Baseline.objects.create(
            series_id=pk,
            starts_on=day_of(some.start[each.first]),
            reason=f"Limits lock after {each.points} values",
            at=at,
        )
        mean, lower, upper = each.lines
        fields = {
            "locked_at": at,
            "locked_points": each.points,
            "locked_through": day_of(some.end_at(np.array([each.last]))[0]),
            "mean": mean,
            "lower": lower,
            "upper": upper,
        }
        if Baseline.objects.filter(pk=baseline.pk, locked_at=None).update(**fields) == 1:
            shown = dict(zip(("mean", "lower", "upper"), map(number, each.lines), strict=True))
            data = {"baseline": baseline.pk, "points": each.points, **shown}
            lines.append(
                events.Line(
                    "baseline.locked",
                    ("kpis.series", str(pk)),
                    data,
                    programme_id=some.columns["programme"][each.series],
                    restricted=named[pk].restricted,
                )
            )
    if lines:
        events.record_many(lines=lines, by=BY, at=at)
    tracks.rebuild(series_ids)
