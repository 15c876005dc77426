"""What the registers hold around the tourism plan: money, a window, a bargain, obstacles, lessons.

Everything in it is illustrative.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from demo import moves
from demo.moves import item
from demo.stage import Act, Stage
from labs.models import Allocation, BargainRound, Plan
from labs.selectors import plans
from labs.services import (
    bargains,
    funding,
    lessons,
    recommendations,
    transfers,
    windows,
)
from labs.services import obstacles as register
from reviews.services import allocations, obstacles

OWNER = "tourism_planning"


class Registers:
    """One story; each method is an act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2019, 1, 14), self.lessons_are_kept),
            (date(2019, 2, 5), self.levy_is_shared_out),
            (date(2019, 2, 12), self.levy_is_decided),
            (date(2019, 3, 1), self.levy_is_paid),
            (date(2019, 3, 5), self.obstacles_are_named),
            (date(2019, 3, 11), self.rooms_are_bargained_over),
            (date(2019, 3, 25), self.window_opens),
        ]

    def _by(self, at: datetime, post: str = "unit") -> dict[str, Any]:
        return {"by": self.stage.actor(post), "at": at}

    @property
    def programme(self) -> Any:
        return self.stage.programmes["ntp"]

    @property
    def plan(self) -> Plan:
        return Plan.objects.get(lab=self.stage.labs["tourism"])

    def _keys(self) -> dict[str, UUID]:
        """The parts in force by their titles."""
        return {each.title: each.key for each in plans.content(self.plan) if hasattr(each, "title")}

    def lessons_are_kept(self, at: datetime) -> None:
        for title, text, cause, layer in (
            (
                "Count places where children live, not where schools are",
                "Enrolment stood still until transport was paid for.",
                "means",
                "public",
            ),
            (
                "Half-year figures come in late",
                "58.3 per cent was a matter of entry, not of children.",
                "data",
                "education",
            ),
        ):
            lessons.add(
                programme=self.programme,
                title=title,
                text=text,
                instrument=item("training", "instrument"),
                cause=cause,
                layer=layer,
                source="Education lab, 2009-2014",
                **self._by(at),
            )

    def levy_is_shared_out(self, at: datetime) -> None:
        source = funding.add_source(
            programme=self.programme,
            name="Tourism levy 2019 (illustrative)",
            currency="MYR",
            amount=Decimal(9_000_000),
            pathway="top_down",
            **self._by(at),
        )
        self.allocation: Allocation = funding.propose(
            source=source,
            purpose="Courses for guides from poor districts",
            amount=Decimal(2_000_000),
            beneficiary=self.stage.cast.organisations["rural"],
            **self._by(at),
        )
        self.motion = allocations.put(
            allocation=self.allocation,
            forum=self.stage.forums["ntp"],
            reason="What visitors pay shall reach the districts they pass through.",
            **self._by(at),
        ).motion

    def levy_is_decided(self, at: datetime) -> None:
        votes = [
            ("chief_secretary", "for", "The levy was raised for this."),
            ("home_minister", "for", "Agreed."),
            ("minister_pmd", "for", "From the engine to the districts."),
        ]
        moves.vote_all(self.stage, self.motion, votes, at=at)

    def levy_is_paid(self, at: datetime) -> None:
        self.allocation.refresh_from_db()
        transfers.record(
            allocation=self.allocation,
            amount=Decimal(500_000),
            on=date(2019, 2, 28),
            reference="Treasury voucher 114 (illustrative)",
            from_pathway="top_down",
            to_pathway="bottom_up",
            **self._by(at),
        )

    def obstacles_are_named(self, at: datetime) -> None:
        first, *_others = [
            register.name(
                programme=self.programme,
                title=title,
                text=text,
                kind=item(kind, "obstacle"),
                named_by=named_by,
                is_gap=is_gap,
                area=self.stage.areas["ntp", "Tourism NKEA"],
                organisation=self.stage.cast.organisations[organisation],
                **self._by(at),
            )
            for title, text, kind, named_by, is_gap, organisation in (
                ("No train after the last flight", "Visitors of late flights pay for taxis.",
                 "infrastructure", "firm", False, "hotels"),
                ("Nobody examines guides", "A certificate means nothing without it.",
                 "institutions", "lab", True, "tourism"),
                ("Permits take a year", "Guides work without, or not at all.",
                 "regulatory-bias", "firm", False, "hotel_union"),
            )
        ]  # fmt: skip
        obstacles.answer(
            obstacle=first,
            plan=self.plan,
            milestone_key=self._keys()["Airport trains until the last flight"],
            **self._by(at),
        )
        recommendation = recommendations.add(
            programme=self.programme,
            title="Count nights, not only arrivals",
            source="External review, 2018 (illustrative)",
            owner=self.stage.post("tourism_statistics"),
            **self._by(at),
        )
        recommendations.set_state(
            recommendation=recommendation,
            state="accepted",
            reason="From 2020 on.",
            **self._by(at),
        )

    def rooms_are_bargained_over(self, at: datetime) -> None:
        bargain = bargains.open(
            programme=self.programme,
            title="Share of package tours that employ a certified guide",
            unit="%",
            plan=self.plan,
            **self._by(at),
        )
        kinds = BargainRound.Kind
        for organisation, kind, value, note in (
            ("tourism", kinds.ASKED, 50, "Half the groups can pay for one."),
            ("hotels", kinds.OFFERED, 20, "There are not enough guides."),
            ("tourism", kinds.ASKED, 45, "With courses there are."),
            ("hotels", kinds.OFFERED, 40, "If the courses begin in July."),
        ):
            bargains.add_round(
                bargain=bargain,
                organisation=self.stage.cast.organisations[organisation],
                kind=kind,
                value=Decimal(value),
                note=note,
                **self._by(at),
            )

    def window_opens(self, at: datetime) -> None:
        window = windows.add(
            programme=self.programme,
            title="Landing rights for a second airline",
            text="The slots are kept until mid-August, then they go to others.",
            opens_on=date(2019, 1, 1),
            closes_on=date(2019, 8, 13),
            pays_off_on=date(2021, 6, 30),
            alert_days=180,
            **self._by(at),
        )
        windows.use(
            window=window,
            steps=[self._keys()["Joint fares of airlines and hotels on sale"]],
            **self._by(at),
        )
