"""International tourist arrivals, Malaysia 2015-2019: a goal lowered and missed again.

Figures: demo/data/pemandu_kpis.csv. Days, steps and words are illustrative.
"""

from __future__ import annotations

from datetime import date, datetime

from demo import moves
from demo.moves import Step
from demo.stage import Act, Stage
from kpis.models import Kpi, Reading
from kpis.services import kpis, readings
from labs.models import Plan, Revision
from labs.services import revisions
from reviews.models import Review
from reviews.services import explanations, proposals, referrals

AREA = ("ntp", "Tourism NKEA")
KPI = "International tourist arrivals"
OWNER = "tourism_planning"

# Means are decided where the work is done; a goal by the committee that set it.
VOTES = {
    "Working committee: Tourism NKEA": [
        ("chief_secretary", "for", "The figures leave no other reading."),
        ("immigration", "for", "The visa service can carry it."),
        ("tourism_minister", "for", "We say what we can do, and do it."),
    ],
    "Steering committee, National Transformation Programme": [
        ("chief_secretary", "for", "The figures leave no other reading."),
        ("home_minister", "abstain", ""),
        ("minister_pmd", "for", "We say what we can do, and do it."),
    ],
}


class Tourism:
    """One story; each method is an act."""

    def __init__(self, stage: Stage, sources: dict[str, str]) -> None:
        self.stage, self.sources = stage, sources

    def acts(self) -> list[Act]:
        return [
            (date(2015, 7, 6), self.lab_opens),
            (date(2015, 8, 28), self.plan_is_written),
            (date(2015, 9, 11), self.plan_goes_to_the_committee),
            (date(2015, 9, 18), self.plan_is_approved),
            (date(2016, 2, 15), self.baseline),
            (date(2016, 6, 30), self.counters_are_open),
            (date(2017, 2, 13), self.first_year),
            (date(2017, 2, 20), self.first_explanation),
            (date(2017, 3, 6), self.execution_is_changed),
            (date(2018, 2, 12), self.second_year),
            (date(2018, 2, 19), self.second_explanation),
            (date(2018, 3, 5), self.goal_is_lowered),
            (date(2019, 1, 21), self.fares_slip),
            (date(2019, 3, 4), self.fares_slip_again),
            (date(2019, 4, 11), self.third_year),
            (date(2019, 4, 12), self.slip_goes_to_the_committee),
        ]

    def lab_opens(self, at: datetime) -> None:
        self.lab = moves.open_lab(
            self.stage,
            "tourism",
            area=AREA,
            title="Tourism lab",
            question="What keeps visitors away who would come, and who can change it?",
            days=(date(2015, 7, 6), date(2015, 8, 28)),
            steering="ntp",
            places={
                "tourism": "May commit the ministry's promotion budget",
                "home": "May commit the visa service",
                "transport": "",
                "hotels": "May commit its members to training places",
                "hotel_union": "",
            },
            at=at,
        )

    def plan_is_written(self, at: datetime) -> None:
        stage = self.stage
        self.keys = moves.write_plan(
            stage,
            self.lab,
            goal="More visitors from abroad",
            initiative="Make it easier to come: visas, flights, fares",
            lead=OWNER,
            days=(date(2015, 10, 1), date(2020, 12, 31)),
            budget=None,
            steps=[
                Step("visas", "Electronic visas for three more markets", "immigration",
                     date(2015, 10, 1), date(2016, 6, 30)),
                Step("rail", "Airport trains until the last flight", "transport_rail",
                     date(2018, 10, 1), date(2019, 3, 29)),
                Step("fares", "Joint fares of airlines and hotels on sale", OWNER,
                     date(2018, 9, 1), date(2019, 2, 28), ("visas",)),
            ],
            at=at,
        )  # fmt: skip
        stage.kpis["tourism"] = self._kpi("tourist-arrivals", KPI, "arrivals", at)
        stage.kpis["receipts"] = self._kpi("tourist-receipts", "Tourist receipts", "RM billion", at)
        draft = moves.draft_of(self.lab)
        series = moves.total(stage, "tourism")
        moves.promise(stage, draft, series, moves.year(2016), "30500000", at=at)
        moves.promise(stage, draft, series, moves.year(2017), "31800000", at=at)
        moves.promise(stage, draft, moves.total(stage, "receipts"), moves.year(2017), "118", at=at)
        moves.stress(stage, draft, "Holds if visas come first.", at=at)

    def _kpi(self, code: str, name: str, unit: str, at: datetime) -> Kpi:
        return kpis.create(
            area=self.stage.areas[AREA],
            code=code,
            name=name,
            unit=unit,
            direction="increase",
            goal_key=self.keys.goal,
            owner=self.stage.post(OWNER),
            verifier=self.stage.post("tourism_statistics"),
            reporting_days=40 if code == "tourist-receipts" else 80,
            reporting_from=date(2018 if code == "tourist-receipts" else 2016, 1, 1),
            by=self.stage.actor("unit"),
            at=at,
        )

    def plan_goes_to_the_committee(self, at: datetime) -> None:
        self.motion = moves.submit(
            self.stage, moves.draft_of(self.lab), "The lab stands behind it.", at=at
        )

    def plan_is_approved(self, at: datetime) -> None:
        votes = [
            ("chief_secretary", "for", "Visas first is the right order."),
            ("home_minister", "for", "The visa service can do three markets."),
            ("minister_pmd", "for", "Ambitious, and worth finding out."),
        ]
        moves.vote_all(self.stage, self.motion, votes, at=at)

    def baseline(self, at: datetime) -> None:
        self._value(2015, "25700000", at)

    def counters_are_open(self, at: datetime) -> None:
        moves.report(
            self.stage, self.lab, self.keys.steps["visas"], "immigration", "done",
            evidence="Gazette notice on electronic visas", at=at,
        )  # fmt: skip

    def first_year(self, at: datetime) -> None:
        self._verify(self._value(2016, "26780000", at), at)

    def first_explanation(self, at: datetime) -> None:
        self._explain("means", "Visas were open by mid-year; flights and fares were not.", at)

    def execution_is_changed(self, at: datetime) -> None:
        """The means are at fault: steps are pulled forward, the goal stays."""
        stage = self.stage
        revision = self._revision("Fares and trains pulled forward", at)
        revisions.edit(
            revision=revision,
            part="initiative",
            key=self.keys.initiative,
            fields={"title": "Make it easier to come: visas, flights, fares, trains"},
            reason="Visitors named the last train as often as the visa.",
            by=stage.actor("unit"),
            at=at,
        )
        self._decide(
            moves.open_review(stage, "tourism"), at, cause="means", outcome="change_execution",
            reason="Visas alone do not fill the flights.", revision=revision,
        )  # fmt: skip

    def second_year(self, at: datetime) -> None:
        self._verify(self._value(2017, "25950000", at), at)
        moves.tell(
            self.stage, moves.total(self.stage, "receipts"), moves.year(2017), "81.4",
            source=self.sources["receipts"], post=OWNER, at=at,
        )  # fmt: skip

    def second_explanation(self, at: datetime) -> None:
        self._explain("goal", "No market on record grows by a fifth in a year.", at)

    def goal_is_lowered(self, at: datetime) -> None:
        stage = self.stage
        revision = self._revision("Arrivals of 2018 set anew", at)
        moves.promise(
            stage, revision, moves.total(stage, "tourism"), moves.year(2018), "26400000",
            reason="31.8 million was missed by 5.85 million; the means do not reach so far.", at=at,
        )  # fmt: skip
        self._decide(
            moves.open_review(stage, "tourism"), at, cause="goal", outcome="change_goal",
            reason="The goal was out of reach of any means in the plan.", revision=revision,
        )  # fmt: skip

    def fares_slip(self, at: datetime) -> None:
        self._fares(date(2019, 3, 15), "Two airlines have signed, one has not.", at)

    def fares_slip_again(self, at: datetime) -> None:
        self._fares(date(2019, 5, 31), "The third airline asks for a longer contract.", at)

    def third_year(self, at: datetime) -> None:
        self._value(2018, "25830000", at)

    def slip_goes_to_the_committee(self, at: datetime) -> None:
        """A motion that waits for votes on the first day of the demonstration."""
        stage = self.stage
        review = Review.objects.get(milestone_key=self.keys.steps["fares"], state=Review.State.OPEN)
        explanations.explain(
            review=review, cause="coordination", by=stage.actor(OWNER), at=at,
            text="One airline waits for the airport's slots, the airport for the train times.",
            tried="Two letters to the airlines; both were answered with conditions.",
            sources=[explanations.Source(
                "Minutes of the airlines' meeting", date(2019, 4, 2), "Registry TOUR/2019/118",
            )],
            request=referrals.Request(
                kind="dependency",
                organisation=stage.cast.organisations["transport"],
                text="Say from which day trains run until the last flight.",
                due_on=date(2019, 4, 30),
                post=stage.post("transport_rail"),
            ),
        )  # fmt: skip
        proposals.put(
            review=review,
            cause="coordination",
            outcome="corrective_action",
            reason="Somebody has to bring the three to one table.",
            mode="majority",
            action_title="One table for airline, airport and railway",
            action_owner=stage.post("unit"),
            action_due=date(2019, 5, 10),
            by=stage.actor("unit"),
            at=at,
        )

    def _fares(self, finish: date, note: str, at: datetime) -> None:
        moves.report(
            self.stage, self.lab, self.keys.steps["fares"], OWNER, "late",
            finish=finish, note=note, at=at,
        )  # fmt: skip

    def _revision(self, title: str, at: datetime) -> Revision:
        return revisions.start(
            plan=Plan.objects.get(lab=self.lab),
            title=title,
            reason="Arrivals stay below the target.",
            by=self.stage.actor("unit"),
            at=at,
        )

    def _explain(self, cause: str, text: str, at: datetime) -> None:
        explanations.explain(
            review=moves.open_review(self.stage, "tourism"),
            cause=cause,
            text=text,
            by=self.stage.actor(OWNER),
            at=at,
        )

    def _decide(self, review: Review, at: datetime, **proposal: object) -> None:
        motion = proposals.put(
            review=review,
            by=self.stage.actor("unit"),
            at=at,
            **proposal,  # type: ignore[arg-type]
        ).motion
        moves.vote_all(self.stage, motion, VOTES[motion.forum.name], at=at)

    def _value(self, number: int, value: str, at: datetime) -> Reading:
        return moves.tell(
            self.stage, moves.total(self.stage, "tourism"), moves.year(number), value,
            source=self.sources[f"{number}-12-31"], post=OWNER, at=at,
        )  # fmt: skip

    def _verify(self, reading: Reading, at: datetime) -> None:
        readings.verify(reading=reading, note="", by=self.stage.actor("tourism_statistics"), at=at)
