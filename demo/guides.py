"""A lab that is running on the demonstration's day: trained guides, from its intake to its draft.

Everything in it is illustrative. It shows what a lab's weeks leave behind: sessions with
who came, options weighed, a draft with its money, promises and requests, an open day,
and an objection that waits for its answer.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from demo import moves
from demo.stage import Act, Stage
from labs.models import Lab, OpenDay, ReferenceItem, Seat
from labs.services import (
    attendance,
    budgets,
    groups,
    intakes,
    labs,
    objections,
    open_days,
    options,
    problem_statements,
    revisions,
    seats,
    sessions,
)
from labs.services.attendance import Came
from labs.services.revisions import answers

AREA = ("ntp", "Tourism NKEA")
QUESTION = "Why do visitors leave after two days, when there is more to see?"
# organisation: post, kind, stakeholder group, people, mandate
SEATS: dict[str, tuple[str | None, str, str, int, str]] = {
    "tourism": ("tourism_planning", "core", "national-government", 3, "May commit the ministry"),
    "home": ("immigration", "core", "national-government", 1, "May commit the visa service"),
    "transport": ("transport_rail", "invited", "national-government", 1, ""),
    "hotels": (None, "core", "business-associations", 2, "May commit training places"),
    "hotel_union": (None, "invited", "labour", 1, ""),
}
CRITERIA = [("Visitors who stay longer", "3"), ("Cost", "2"), ("Ready within a year", "1")]
# option -> scores by criterion of the ministry and of the hotels
OPTIONS: dict[str, tuple[tuple[int, int, int], tuple[int, int, int]]] = {
    "Train and certify 600 guides": ((8, 6, 7), (9, 5, 6)),
    "Longer opening hours of museums": ((5, 7, 9), (4, 8, 9)),
    "A pass for trains and sights": ((7, 4, 3), (7, 5, 4)),
}


def item(code: str, kind: str) -> ReferenceItem:
    """The newest version of an entry of a reference list."""
    return ReferenceItem.objects.filter(list=kind, code=code, superseded_at=None).order_by("pk")[0]


class Guides:
    """One story; each method is an act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2019, 2, 4), self.bed_tax_does_not_suit),
            (date(2019, 2, 11), self.guides_suit),
            (date(2019, 2, 25), self.lab_opens),
            (date(2019, 3, 4), self.problem_is_stated),
            (date(2019, 3, 18), self.problem_is_restated),
            (date(2019, 3, 20), self.options_are_weighed),
            (date(2019, 4, 1), self.draft_is_written),
            (date(2019, 4, 8), self.open_day_begins),
            (date(2019, 4, 12), self.union_objects),
        ]

    def _context(self, at: datetime, post: str = "unit") -> dict[str, Any]:
        return {"by": self.stage.actor(post), "at": at}

    def bed_tax_does_not_suit(self, at: datetime) -> None:
        intakes.record(
            area=self.stage.areas[AREA],
            title="Who pays the tax on hotel beds",
            question="Shall the tax on beds fall on hotels or on visitors?",
            shared_problem=False,
            shared_problem_why="What one side gains the other loses.",
            uncertainty=False,
            uncertainty_why="Its yield is known to the ringgit.",
            outcome="not_suited",
            reason="A lab finds what nobody knows yet; here interests differ, not knowledge.",
            instead="The steering committee decides it, as a dispute if need be.",
            **self._context(at),
        )

    def guides_suit(self, at: datetime) -> None:
        self.intake = intakes.record(
            area=self.stage.areas[AREA],
            title="Trained guides lab",
            question=QUESTION,
            shared_problem=True,
            shared_problem_why="Hotels, guides and the ministry all lose when visitors leave.",
            uncertainty=True,
            uncertainty_why="Nobody knows whether guides, hours or transport keep them.",
            outcome="suited",
            method="lab",
            reason="Shared, and nobody knows the answer.",
            **self._context(at),
        )

    def lab_opens(self, at: datetime) -> None:
        self.lab: Lab = labs.open(
            area=self.stage.areas[AREA],
            title="Trained guides lab",
            question=QUESTION,
            starts_on=date(2019, 3, 4),
            ends_on=date(2019, 5, 3),
            steering=self.stage.forums["ntp"],
            intake=self.intake,
            is_illustrative=True,
            **self._context(at),
        )
        self.stage.labs["guides"] = self.lab
        self.seats: dict[str, Seat] = {}
        for key, (post, kind, group, people, mandate) in SEATS.items():
            self.seats[key] = seats.add(
                lab=self.lab,
                organisation=self.stage.cast.organisations[key],
                post=self.stage.post(post) if post else None,
                kind=kind,
                group=item(group, "stakeholder_group"),
                people=people,
                mandate=mandate,
                **self._context(at),
            )
        seats.declare(
            seat=self.seats["hotels"],
            text="Members sell rooms by the night: longer stays are their income.",
            **self._context(at),
        )
        self.group = groups.open(
            lab=self.lab,
            name="Training",
            task="Who trains, who pays, what counts as trained.",
            seats=[self.seats["tourism"], self.seats["hotels"], self.seats["hotel_union"]],
            **self._context(at),
        )
        for title, day, of in (
            ("Opening: what we know", date(2019, 3, 5), None),
            ("Training: what a guide must know", date(2019, 3, 12), self.group),
            ("Options weighed", date(2019, 3, 20), None),
            ("Draft, and what it costs", date(2019, 4, 17), None),
            ("Agreement", date(2019, 4, 30), None),
        ):
            begins = at.replace(month=day.month, day=day.day)
            sessions.plan(
                lab=self.lab,
                title=title,
                starts_at=begins,
                ends_at=begins + timedelta(hours=3),
                place="Delivery unit, large room",
                group=of,
                **self._context(at),
            )

    def problem_is_stated(self, at: datetime) -> None:
        problem_statements.write(
            lab=self.lab,
            text="Visitors do not know what there is to see.",
            causes="Too little advertising.",
            **self._context(at),
        )

    def problem_is_restated(self, at: datetime) -> None:
        problem_statements.write(
            lab=self.lab,
            text="Visitors know what there is, and find nobody who shows it to them.",
            causes="One trained guide for every nine groups that ask; permits take a year.",
            reason="What visitors told the hotels speaks against the first version.",
            **self._context(at),
        )

    def options_are_weighed(self, at: datetime) -> None:
        context = self._context(at)
        first, second = self.lab.sessions.order_by("starts_at")[:2]
        self._came(first, {"tourism": "tourism_planning", "home": "home_minister"}, at)
        self._came(second, {"tourism": "tourism_statistics"}, at)
        sessions.keep(
            session=first,
            kind="output",
            text="A map of where visitors stop, and for how long.",
            **context,
        )
        sessions.keep(
            session=first,
            kind="minutes",
            text="Hotels and union differ on who loses when guides are paid by the day.",
            **context,
        )
        criteria = [
            options.add_criterion(lab=self.lab, name=name, weight=Decimal(weight), **context)
            for name, weight in CRITERIA
        ]
        choices = [options.add_option(lab=self.lab, title=title, **context) for title in OPTIONS]
        options.fix_criteria(lab=self.lab, **context)
        for place, key in enumerate(("tourism", "hotels")):
            values = {
                (option.pk, criterion.pk): OPTIONS[option.title][place][number]
                for option in choices
                for number, criterion in enumerate(criteria)
            }
            options.score(
                lab=self.lab,
                seat=self.seats[key],
                values=values,
                note="Said in the session, written down by the delivery unit.",
                **context,
            )
        options.choose(
            option=choices[0],
            reason="It scores best with both, and is the only one that hotels will pay for.",
            **context,
        )

    def _came(self, session: Any, came: dict[str, str], at: datetime) -> None:
        attendance.record(
            session=session,
            came=[
                *(
                    Came(self.seats[key], post=self.stage.post(post), delegate=key == "home")
                    for key, post in came.items()
                ),
                Came(self.seats["hotels"], name="President of the association", rank=5),
            ],
            **self._context(at),
        )

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
        answers.save(
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
