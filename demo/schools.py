"""Pre-school enrolment, Malaysia 2009-2014: a target missed, and a target stretched.

Figures: demo/data/pemandu_kpis.csv. The lab's weeks are real (5 October to 13
November 2009); days in the working committee and all words are illustrative.
"""

from __future__ import annotations

from datetime import date, datetime

from demo import moves, schools_dispute
from demo.moves import Step
from demo.stage import Act, Stage
from forums.services import actions
from kpis.models import Reading
from kpis.services import kpis, readings
from labs.models import Plan
from labs.services import revisions
from reviews.services import explanations, proposals

KPI = "Pre-school enrolment rate (ages 4+ and 5+)"
AREA = ("gtp", "Improving Student Outcomes")
OWNER = "education_preschool"


class Schools:
    """One story; each method is an act."""

    def __init__(self, stage: Stage, sources: dict[str, str]) -> None:
        self.stage, self.sources = stage, sources

    def acts(self) -> list[Act]:
        return [
            (date(2009, 10, 5), self.lab_opens),
            (date(2009, 11, 13), self.plan_is_written),
            (date(2009, 11, 27), self.plan_goes_to_the_committee),
            (date(2009, 12, 4), self.plan_is_approved),
            (date(2010, 1, 11), self.baseline),
            (date(2010, 6, 28), self.register_is_made),
            (date(2010, 9, 30), self.classes_are_open),
            (date(2011, 1, 20), self.first_year),
            (date(2011, 8, 5), self.half_year),
            (date(2011, 9, 5), self.dispute_opens),
            (date(2011, 9, 14), self.dispute_is_settled),
            (date(2012, 1, 20), self.second_year),
            (date(2012, 1, 25), self.owner_explains),
            (date(2012, 2, 6), self.stretch_is_proposed),
            (date(2012, 2, 13), self.stretch_is_decided),
            (date(2013, 1, 21), self.third_year),
            (date(2013, 2, 1), self.action_is_decided),
            (date(2013, 6, 28), self.action_is_done),
            (date(2014, 1, 22), self.fourth_year),
            (date(2015, 2, 23), self.reporting_has_ended),
        ]

    def lab_opens(self, at: datetime) -> None:
        self.lab = moves.open_lab(
            self.stage,
            "schools",
            area=AREA,
            title="Education lab",
            question="How does every child of four and five come into a pre-school?",
            days=(date(2009, 10, 5), date(2009, 11, 13)),
            steering="gtp",
            places={
                "education": "May commit the ministry's budget for pre-schools",
                "women": "May commit the ministry's nurseries",
                "rural": "May commit the ministry's village pre-schools",
                "parents": "",
            },
            at=at,
        )

    def plan_is_written(self, at: datetime) -> None:
        stage = self.stage
        self.keys = moves.write_plan(
            stage,
            self.lab,
            goal="Pre-school for every child of four and five",
            initiative="Open public and private pre-school classes where children live",
            lead=OWNER,
            days=(date(2010, 1, 1), date(2015, 12, 31)),
            budget=None,
            steps=[
                Step("register", "One register of private pre-schools", OWNER,
                     date(2010, 1, 4), date(2010, 6, 30)),
                Step("classes", "Classes of the first year open", OWNER,
                     date(2010, 1, 4), date(2010, 9, 30), ("register",)),
            ],
            at=at,
        )  # fmt: skip
        stage.kpis["schools"] = kpis.create(
            area=stage.areas[AREA],
            code="pre-school-enrolment",
            name=KPI,
            unit="%",
            direction="increase",
            goal_key=self.keys.goal,
            owner=stage.post(OWNER),
            verifier=stage.post("education_statistics"),
            reporting_days=20,
            reporting_from=date(2010, 1, 1),
            by=stage.actor("unit"),
            at=at,
        )
        draft = moves.draft_of(self.lab)
        series = moves.total(stage, "schools")
        moves.promise(stage, draft, series, moves.year(2010), "72", baseline="67", at=at)
        moves.promise(stage, draft, series, moves.year(2011), "80", baseline="72", at=at)
        moves.stress(stage, draft, "Holds if classes open before the school year.", at=at)

    def plan_goes_to_the_committee(self, at: datetime) -> None:
        self.motion = moves.submit(
            self.stage, moves.draft_of(self.lab), "The lab agreed on it unanimously.", at=at
        )

    def plan_is_approved(self, at: datetime) -> None:
        votes = [
            ("chief_secretary", "for", "The money is in the budget."),
            ("education_minister", "for", "The ministry can do it."),
            ("minister_pmd", "for", "Detailed enough to be followed week by week."),
        ]
        moves.vote_all(self.stage, self.motion, votes, at=at)

    def baseline(self, at: datetime) -> None:
        self._value(2009, "67", at)

    def register_is_made(self, at: datetime) -> None:
        self._done("register", "Register of private pre-schools", at)

    def classes_are_open(self, at: datetime) -> None:
        self._done("classes", "Register of classes, state education offices", at)

    def first_year(self, at: datetime) -> None:
        self._verify(self._value(2010, "72.4", at), at)

    def half_year(self, at: datetime) -> None:
        """58.3 per cent because entry was incomplete: provisional, and a part-year."""
        period = moves.Period(date(2011, 1, 1), date(2011, 6, 30))
        moves.tell(
            self.stage, moves.total(self.stage, "schools"), period, "58.3",
            source=self.sources["2011-06-30"], post=OWNER, state="provisional", at=at,
        )  # fmt: skip

    def dispute_opens(self, at: datetime) -> None:
        self.dispute = schools_dispute.begin(self.stage, owner=OWNER, at=at)

    def dispute_is_settled(self, at: datetime) -> None:
        schools_dispute.settle(self.stage, self.dispute, owner=OWNER, at=at)

    def second_year(self, at: datetime) -> None:
        self._verify(self._value(2011, "77", at), at)

    def owner_explains(self, at: datetime) -> None:
        explanations.explain(
            review=moves.open_review(self.stage, "schools"),
            cause="means",
            text="Private classes opened later than planned; the register was matched in autumn.",
            tried="Grants for private operators since March.",
            proposed="Keep the goal, ask more of it, and open classes in the first quarter.",
            by=self.stage.actor(OWNER),
            at=at,
        )

    def stretch_is_proposed(self, at: datetime) -> None:
        stage = self.stage
        revision = revisions.start(
            plan=Plan.objects.get(lab=self.lab),
            title="Stretched target for 2012",
            reason="77 per cent against 80 in 2011, with the classes now open.",
            by=stage.actor("unit"),
            at=at,
        )
        moves.promise(
            stage, revision, moves.total(stage, "schools"), moves.year(2012), "87", baseline="67",
            reason="The classes that opened late count fully in 2012.", at=at,
        )  # fmt: skip
        self.motion = proposals.put(
            review=moves.open_review(stage, "schools"),
            cause="goal",
            outcome="change_goal",
            reason="The goal was too modest for the classes that exist now.",
            revision=revision,
            by=stage.actor("unit"),
            at=at,
        ).motion

    def stretch_is_decided(self, at: datetime) -> None:
        votes = [
            ("chief_secretary", "for", "Seven points in a year are hard, and possible."),
            ("education_minister", "for", "We missed 80 and aim at 87, in the open."),
            ("minister_pmd", "for", "A goal is raised by those who set it."),
        ]
        moves.vote_all(self.stage, self.motion, votes, at=at)

    def third_year(self, at: datetime) -> None:
        self._verify(self._value(2012, "80.5", at), at)

    def action_is_decided(self, at: datetime) -> None:
        stage = self.stage
        review = moves.open_review(stage, "schools")
        explanations.explain(
            review=review,
            cause="means",
            text="Places exist; parents in remote villages cannot reach them.",
            by=stage.actor(OWNER),
            at=at,
        )
        motion = proposals.put(
            review=review,
            cause="means",
            outcome="corrective_action",
            reason="Places without transport do not raise enrolment.",
            action_title="Transport to pre-schools in remote areas",
            action_owner=stage.post(OWNER),
            action_due=date(2013, 6, 28),
            by=stage.actor("unit"),
            at=at,
        ).motion
        votes = [
            ("chief_secretary", "for", "It is cheap against empty classes."),
            ("education_minister", "for", "Agreed."),
        ]
        moves.vote_all(stage, motion, votes, at=at)

    def action_is_done(self, at: datetime) -> None:
        action = actions.Action.objects.get(title="Transport to pre-schools in remote areas")
        actions.done(
            action=action,
            note="Routes run in all districts named.",
            by=self.stage.actor(OWNER),
            at=at,
        )

    def fourth_year(self, at: datetime) -> None:
        self._value(2013, "81.7", at)

    def reporting_has_ended(self, at: datetime) -> None:
        """No value of 2014 was published under this programme: a review, and no action."""
        stage = self.stage
        motion = proposals.put(
            review=moves.open_review(stage, "schools"),
            cause="institution",
            outcome="no_action",
            reason="The measure moves to the next programme, which reports 2015.",
            look_again_on=date(2016, 2, 1),
            by=stage.actor("unit"),
            at=at,
        ).motion
        votes = [
            ("chief_secretary", "for", "One reporting line is enough."),
            ("education_minister", "for", "We report 2015 in the new programme."),
        ]
        moves.vote_all(stage, motion, votes, at=at)

    def _done(self, step: str, evidence: str, at: datetime) -> None:
        moves.report(
            self.stage, self.lab, self.keys.steps[step], OWNER, "done", evidence=evidence, at=at
        )

    def _value(self, number: int, value: str, at: datetime) -> Reading:
        return moves.tell(
            self.stage, moves.total(self.stage, "schools"), moves.year(number), value,
            source=self.sources[f"{number}-12-31"], post=OWNER, at=at,
        )  # fmt: skip

    def _verify(self, reading: Reading, at: datetime) -> None:
        readings.verify(
            reading=reading, note="", by=self.stage.actor("education_statistics"), at=at
        )
