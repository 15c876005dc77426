"""The draft of the trained guides lab: money, promises, requests, an open day, an objection.

Everything in it is illustrative.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from demo import moves
from demo.moves import item
from demo.stage import Act, Stage
from labs.models import Lab, OpenDay
from labs.services import budgets, objections, open_days, revisions
from labs.services.revisions import answers


class Draft:
    """The second half of a story; each method is an act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2019, 4, 1), self.draft_is_written),
            (date(2019, 4, 8), self.open_day_begins),
            (date(2019, 4, 12), self.union_objects),
        ]

    @property
    def lab(self) -> Lab:
        return self.stage.labs["guides"]

    def _context(self, at: datetime, post: str = "unit") -> dict[str, Any]:
        return {"by": self.stage.actor(post), "at": at}

    def draft_is_written(self, at: datetime) -> None:
        context = {"revision": moves.draft_of(self.lab), **self._context(at)}

        def add(part: str, **fields: str) -> UUID:
            return revisions.edit(part=part, key=None, fields=fields, **context)

        for year, amount in (("2019", "4000000"), ("2020", "5000000")):
            budgets.set_ceiling(
                programme=self.stage.programmes["ntp"],
                year=year,
                currency="MYR",
                amount=amount,
                source="Treasury circular (illustrative)",
                **self._context(at),
            )
        goal = add("goal", title="Visitors stay a day longer")
        initiative = add(
            "initiative",
            goal_key=str(goal),
            title="Train and certify 600 guides",
            lead=str(self.stage.post("tourism_planning").pk),
            starts_on="2019-06-01",
            finishes_on="2020-10-31",
            expires_on="2021-06-30",
            wind_down_until="2021-12-31",
            scope="vertical",
            intervention="market",
            pathway="bottom_up",
            instrument=str(item("training", "instrument").pk),
            target_group=str(item("workers", "target_group").pk),
            budget="6500000",
        )
        training = add(
            "budget_line",
            initiative_key=str(initiative),
            title="Courses",
            currency="MYR",
            year="2019",
            price_base="2019",
            planned="2500000",
        )
        add(
            "budget_line",
            initiative_key=str(initiative),
            title="Courses and examinations",
            currency="MYR",
            year="2020",
            price_base="2019",
            planned="4000000",
        )
        add(
            "commitment",
            initiative_key=str(initiative),
            title="Hotels employ 400 of the certified guides",
            beneficiary=str(self.stage.cast.organisations["hotels"].pk),
            verify_on="2020-12-31",
            sanction="The association pays back the courses of those it did not employ.",
        )
        step = add(
            "milestone",
            initiative_key=str(initiative),
            title="First 200 guides certified",
            owner=str(self.stage.post("tourism_planning").pk),
            starts_on="2019-07-01",
            finishes_on="2019-12-15",
            budget_line_key=str(training),
        )
        add(
            "dependency",
            milestone_key=str(step),
            title="Permits for certified guides within a month",
            provider=str(self.stage.cast.organisations["home"].pk),
            due_on="2019-11-30",
        )
        answers.give(
            revision=moves.draft_of(self.lab),
            initiative=initiative,
            given={
                "market_failure": answers.Given(
                    "yes", "A hotel that trains a guide loses him to the next one."
                ),
                "fit_of_design": answers.Given("yes", "All pay, and all may employ them."),
                "capability": answers.Given(
                    "no",
                    "The ministry has never examined anybody.",
                    "The college examines for it until 2020.",
                ),
                "lobbying_open": answers.Given("unknown", "The association drafts the syllabus."),
            },
            **self._context(at),
        )

    def open_day_begins(self, at: datetime) -> None:
        context = self._context(at)
        day: OpenDay = open_days.publish(
            lab=self.lab,
            revision=moves.draft_of(self.lab),
            title="Trained guides: the draft is open",
            announcement="Say what is missing, and what will not work.",
            place="Kuala Lumpur, and here",
            opens_on=date(2019, 4, 8),
            closes_on=date(2019, 4, 26),
            **context,
        )
        answered = open_days.comment(
            open_day=day,
            author="A guide from Penang (illustrative)",
            text="A year's wait for a permit is the trouble, not the course.",
            on=at.date(),
            entered=True,
            **context,
        )
        open_days.comment(
            open_day=day,
            author="A school of languages (illustrative)",
            text="Which languages will be examined?",
            on=at.date(),
            entered=True,
            **context,
        )
        open_days.answer(
            comment=answered,
            answer="The draft now asks Home Affairs for permits within a month.",
            taken_up=True,
            **context,
        )

    def union_objects(self, at: datetime) -> None:
        objections.make(
            revision=moves.draft_of(self.lab),
            organisation=self.stage.cast.organisations["hotel_union"],
            text="Guides paid by the day have no sick pay. The plan must say who insures them.",
            blocking=True,
            **self._context(at),
        )
