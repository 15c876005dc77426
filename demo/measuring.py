"""How values are kept honest: a lock, a status by hand, a rule tried on the past.

The days and all words are illustrative.
"""

from __future__ import annotations

from datetime import date, datetime

from demo.stage import Act, Stage
from kpis.models import Series
from kpis.services import backtests, hand_statuses, locks


class Measuring:
    """One story; each method is an act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2019, 4, 12), self.published_years_are_locked),
            (date(2019, 4, 12), self.a_status_is_set_by_hand),
            (date(2019, 4, 12), self.a_rule_is_tried),
        ]

    def published_years_are_locked(self, at: datetime) -> None:
        locks.lock(
            programme=self.stage.programmes["ntp"],
            first=date(2010, 1, 1),
            last=date(2015, 12, 31),
            reason="The annual reports with these figures are out.",
            by=self.stage.actor("unit"),
            at=at,
        )

    def a_status_is_set_by_hand(self, at: datetime) -> None:
        """The first trust that is off track: its figure is being looked into."""
        series = Series.objects.filter(
            definition__kpi=self.stage.kpis["waits"], status__status="off_track"
        ).exclude(cell__key="total")
        hand_statuses.set(
            series=series.select_related("definition__kpi__area__programme").order_by("pk")[0],
            status="at_risk",
            reason="The trust moved house in March; its first weeks are being counted anew.",
            by=self.stage.actor("unit"),
            at=at,
        )

    def a_rule_is_tried(self, at: datetime) -> None:
        """Would seven months on one side of the average have foretold missed months?"""
        backtests.start(
            programme=self.stage.programmes["england-ae"],
            kpi=self.stage.kpis["waits"],
            kind="control_shift",
            first={},
            second={"min_points": 24},
            since=date(2017, 4, 1),
            until=date(2019, 4, 11),
            by=self.stage.actor("unit"),
            at=at,
        )
