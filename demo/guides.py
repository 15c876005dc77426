"""A lab that is running on the demonstration's day: trained guides, from its intake to its draft.

Everything in it is illustrative. It shows what a lab's weeks leave behind: sessions with
who came, and options weighed. The draft is in demo/guides_draft.py.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from demo.guides_draft import Draft
from demo.moves import item
from demo.stage import Act, Stage
from labs.models import Lab, Seat
from labs.services import (
    attendance,
    groups,
    intakes,
    labs,
    options,
    problem_statements,
    seats,
    sessions,
)
from labs.services.attendance import Came

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
            *Draft(self.stage).acts(),
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
