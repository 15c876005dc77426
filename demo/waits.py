"""Four hours in accident and emergency, England 2016-2019, by trust.

Figures: demo/data/england_ae.csv (NHS England, Open Government Licence v3.0); the
standard of 95 per cent is national. The lab, its plan and all words are illustrative.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

from demo import moves
from demo.figures import WaitRow
from demo.moves import Step
from demo.stage import Act, Stage
from kpis.models import Series
from kpis.rules.values import Observation
from kpis.services import kpis, readings
from kpis.services import series as series_service
from kpis.services.readings.rows import ReadingRow
from reviews.services import explanations, proposals

AREA = ("england-ae", "Emergency care")
CODE = "eng-ae-4h"
OWNER = "nhs_urgent"
STANDARD = "95"
PROMISED = [date(2019, number, 1) for number in range(1, 7)]
SUMMED = "Sum of the trusts in NHS England A&E statistics (OGL v3.0)"


class Waits:
    """One story; each method is an act."""

    def __init__(self, stage: Stage, rows: list[WaitRow]) -> None:
        self.stage, self.rows = stage, rows
        self.trusts: dict[str, Series] = {}

    def acts(self) -> list[Act]:
        return [
            (date(2018, 10, 15), self.lab_opens),
            (date(2018, 11, 30), self.plan_is_written),
            (date(2018, 12, 3), self.history_is_loaded),
            (date(2018, 12, 10), self.plan_goes_to_the_committee),
            (date(2018, 12, 17), self.plan_is_approved),
            (date(2019, 1, 10), lambda at: self._month(date(2018, 12, 1), at)),
            (date(2019, 2, 14), lambda at: self._month(date(2019, 1, 1), at)),
            (date(2019, 2, 20), self.owner_explains),
            (date(2019, 3, 14), lambda at: self._month(date(2019, 2, 1), at)),
            (date(2019, 3, 21), self.streaming_is_decided),
            (date(2019, 4, 11), lambda at: self._month(date(2019, 3, 1), at)),
        ]

    def lab_opens(self, at: datetime) -> None:
        self.lab = moves.open_lab(
            self.stage,
            "waits",
            area=AREA,
            title="Emergency care lab",
            question="What would bring every trust back to 95 per cent within four hours?",
            days=(date(2018, 10, 15), date(2018, 11, 30)),
            steering="emergency-steering",
            places={
                "nhs": "May commit winter funds",
                "health": "May commit the department",
                "nurses": "",
            },
            at=at,
        )

    def plan_is_written(self, at: datetime) -> None:
        stage = self.stage
        self.keys = moves.write_plan(
            stage,
            self.lab,
            goal="Everyone is seen within four hours",
            initiative="Direct people at the door to the care they need",
            lead=OWNER,
            days=(date(2019, 1, 1), date(2019, 12, 31)),
            budget=None,
            steps=[
                Step("door", "Streaming at the door in every trust", OWNER,
                     date(2019, 1, 7), date(2019, 6, 28)),
                Step("beds", "Beds free by noon in the ten busiest trusts", "nhs_chief",
                     date(2019, 1, 7), date(2019, 5, 31)),
            ],
            at=at,
        )  # fmt: skip
        stage.kpis["waits"] = kpis.create(
            area=stage.areas[AREA],
            code=CODE,
            name="Seen within four hours in accident and emergency",
            unit="%",
            direction="increase",
            kind="ratio",
            scale=100,
            frequency="monthly",
            over_periods="ratio_of_sums",
            over_parts="ratio_of_sums",
            parts_check="total",
            goal_key=self.keys.goal,
            owner=stage.post(OWNER),
            verifier=stage.post("nhs_statistics"),
            reporting_days=12,
            reporting_from=date(2019, 1, 1),
            by=stage.actor("unit"),
            at=at,
        )
        draft = moves.draft_of(self.lab)
        for series in [moves.total(stage, "waits"), *self._all_trusts(at)]:
            for first in PROMISED:
                moves.promise(stage, draft, series, moves.month(first), STANDARD, at=at)
        moves.stress(stage, draft, "Holds outside winter; winter beds are short.", at=at)

    def _all_trusts(self, at: datetime) -> Iterable[Series]:
        cells = sorted({row.cell for row in self.rows})
        self.trusts = series_service.ensure_many(
            definition=self.stage.kpis["waits"].definitions.get(),
            cells={cell: f"Trust {cell.partition('=')[2]}" for cell in cells},
            at=at,
        )
        return self.trusts.values()

    def history_is_loaded(self, at: datetime) -> None:
        early = [row for row in self.rows if row.month < date(2018, 11, 1)]
        self._load(early, at, backfilled=True)

    def plan_goes_to_the_committee(self, at: datetime) -> None:
        self.motion = moves.submit(
            self.stage, moves.draft_of(self.lab), "The standard is the law's, the plan the lab's.",
            at=at,
        )  # fmt: skip

    def plan_is_approved(self, at: datetime) -> None:
        votes = [
            ("chief_secretary", "for", "A plan by trust, at last."),
            ("health_secretary", "for", "It holds outside winter, and says so."),
        ]
        moves.vote_all(self.stage, self.motion, votes, at=at)
        late = [row for row in self.rows if row.month == date(2018, 11, 1)]
        self._load(late, at, backfilled=True)

    def owner_explains(self, at: datetime) -> None:
        explanations.explain(
            review=moves.open_review(self.stage, "waits"),
            cause="means",
            text="Beds were full by ten in the morning in most trusts; the door was not the limit.",
            tried="Extra shifts at the door.",
            proposed="Free beds earlier in the day; keep the standard.",
            by=self.stage.actor(OWNER),
            at=at,
        )

    def streaming_is_decided(self, at: datetime) -> None:
        stage = self.stage
        motion = proposals.put(
            review=moves.open_review(stage, "waits"),
            cause="means",
            outcome="corrective_action",
            reason="The standard stands; the means are at fault.",
            action_title="Discharge before noon in the twenty trusts furthest off",
            action_owner=stage.post(OWNER),
            action_due=date(2019, 4, 12),
            by=stage.actor("unit"),
            at=at,
        ).motion
        votes = [
            ("chief_secretary", "for", "It goes to the cause."),
            ("nhs_chief", "for", "The twenty are named and know it."),
        ]
        moves.vote_all(stage, motion, votes, at=at)

    def _month(self, first: date, at: datetime) -> None:
        """The values of a month, and what the owners of the steps say with them."""
        self._load([row for row in self.rows if row.month == first], at, backfilled=False)
        for step, owner in (("door", OWNER), ("beds", "nhs_chief")):
            key = self.keys.steps[step]
            moves.report(self.stage, self.lab, key, owner, "on_course", at=at)

    def _load(self, rows: list[WaitRow], at: datetime, *, backfilled: bool) -> None:
        """The trusts' values, and with them the sums of each month."""
        wanted = [self._row(self.trusts[row.cell], row.month, row.seen, row.all, row.source)
                  for row in rows]  # fmt: skip
        for first in sorted({row.month for row in rows}):
            these = [row for row in rows if row.month == first]
            wanted.append(self._row(
                moves.total(self.stage, "waits"), first,
                sum(row.seen for row in these), sum(row.all for row in these), SUMMED,
            ))  # fmt: skip
        readings.record_many(
            rows=wanted, backfilled=backfilled, kind="england_ae", by=self.stage.actor(OWNER), at=at
        )

    def _row(
        self, series: Series, first: date, seen: int, everyone: int, source: str
    ) -> ReadingRow:
        return ReadingRow(
            series=series,
            period=moves.month(first),
            observation=Observation.ratio(Decimal(seen), Decimal(everyone), Decimal(100)),
            source=source,
        )
