"""Who pays for late trains: a dispute about shares, sent to a conflict forum, given more time.

With it what the owner of the trains reported month by month. All of it is illustrative.
"""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from demo import moves
from demo.stage import Act, Stage
from forums.models import Cycle, Purpose
from forums.services import cycles, forums
from labs.models import Plan
from labs.selectors import plans
from labs.services import areas
from reviews.models import Dispute, InformationRequest, Party
from reviews.services import (
    conflict_routes,
    disputes,
    exhibits,
    extensions,
    information,
    positions,
)

AREA = ("ntp", "Tourism NKEA")
STEP = "Airport trains until the last flight"
TITLE = "Who pays for late trains"
FORUM = "Forum on who pays (illustrative)"
TOURISM, RAIL = "tourism_planning", "transport_rail"
ON_COURSE = [date(2018, 10, 8), date(2018, 11, 1), date(2018, 12, 3), date(2019, 1, 3),
             date(2019, 2, 4)]  # fmt: skip
BLOCKED = [date(2019, 3, 4), date(2019, 4, 1)]


class Trains:
    """One story; each method is an act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.asked: dict[str, InformationRequest] = {}

    def acts(self) -> list[Act]:
        return [
            *((day, self.trains_are_on_course) for day in ON_COURSE),
            (date(2019, 1, 4), self.conflict_forum_is_founded),
            *((day, self.trains_are_blocked) for day in BLOCKED),
            (date(2019, 3, 18), self.opens),
            (date(2019, 3, 20), self.goes_to_the_conflict_forum),
            (date(2019, 3, 22), self.positions_are_stated),
            (date(2019, 3, 25), self.two_are_asked),
            (date(2019, 3, 28), self.one_refuses),
            (date(2019, 4, 3), self.one_answers_late),
            (date(2019, 4, 4), self.time_is_asked),
            (date(2019, 4, 8), self.time_is_given),
        ]

    @property
    def dispute(self) -> Dispute:
        return Dispute.objects.get(title=TITLE)

    @property
    def plan(self) -> Plan:
        return Plan.objects.get(lab=self.stage.labs["tourism"])

    def trains_are_on_course(self, at: datetime) -> None:
        self._report("on_course", at, note="Timetable and drivers are agreed.")

    def trains_are_blocked(self, at: datetime) -> None:
        self._report(
            "blocked",
            at,
            blocked_by="Ministry of Home Affairs: no officers at the station at night",
        )

    def _report(self, state: str, at: datetime, *, note: str = "", blocked_by: str = "") -> None:
        moves.report(
            self.stage, self.stage.labs["tourism"], self._step(), RAIL, state,
            note=note, blocked_by=blocked_by, at=at,
        )  # fmt: skip

    def _step(self) -> UUID:
        found = plans.content(self.plan).milestones.values()
        return next(each.key for each in found if each.title == STEP)

    def conflict_forum_is_founded(self, at: datetime) -> None:
        """A forum for shares and costs, so that the committees can go on working together."""
        stage, by = self.stage, self.stage.actor("unit")
        forum = forums.create(
            name=FORUM,
            purpose=Purpose.CONFLICT,
            parent=stage.forums["dtf"],
            chair=stage.post("chief_secretary"),
            alternate=stage.post("minister_pmd"),
            secretary=stage.post("unit_secretary"),
            members=[stage.post(each) for each in ("minister_pmd", "unit", "education_minister")],
            quorum=2,
            response_days=15,
            country="MY",
            time_zone="Asia/Kuala_Lumpur",
            by=by,
            at=at,
        )
        stage.forums["who-pays"] = forum
        area = stage.areas[AREA]
        areas.change_forums(
            area=area, home_forum=area.home_forum, conflict_forum=forum, by=by, at=at
        )
        cycles.begin(
            forum=forum,
            rhythm=Cycle.Rhythm.QUARTERLY,
            first_on=date(2019, 4, 17),
            at_time=time(15),
            by=by,
            at=at,
        )

    def opens(self, at: datetime) -> None:
        organisations = self.stage.cast.organisations
        disputes.open(
            title=TITLE,
            about="resource",
            question="Who bears the cost of an hour more of trains each night?",
            plan=self.plan,
            milestone_key=self._step(),
            parties=[organisations["tourism"], organisations["transport"]],
            is_illustrative=True,
            by=self.stage.actor(TOURISM),
            at=at,
        )

    def goes_to_the_conflict_forum(self, at: datetime) -> None:
        conflict_routes.send(
            dispute=self.dispute,
            reason="Hotels gain, the railway pays: not for the committee that plans both.",
            by=self.stage.actor("unit"),  # the alternate: the chair's ministry is a party
            at=at,
        )

    def positions_are_stated(self, at: datetime) -> None:
        self._state(TOURISM, "Trains are transport: the railway carries what it costs to run.", at)
        self._state(RAIL, "Who gains pays: the last hour carries guests of hotels only.", at)
        exhibits.add(
            dispute=self.dispute,
            party=self._party(RAIL),
            title="Passengers by hour on the last trains (illustrative)",
            dated=date(2019, 2, 28),
            where="Registry RAIL/2019/17",
            by=self.stage.actor(RAIL),
            at=at,
        )

    def two_are_asked(self, at: datetime) -> None:
        self._ask("spad", "What does an hour more of trains cost each night?", RAIL, at)
        self._ask("home", "How many officers work at the station at night?", TOURISM, at)

    def one_refuses(self, at: datetime) -> None:
        information.refuse(
            request=self.asked["home"],
            reason="Numbers of officers at a border post are not given out.",
            by=self.stage.actor("home_minister"),
            at=at,
        )

    def one_answers_late(self, at: datetime) -> None:
        """After the day it was asked for: its silence stays on the record."""
        information.answer(
            request=self.asked["spad"],
            answer="RM 21,000 a night, staff included (illustrative).",
            by=self.stage.actor("spad_chief"),
            at=at,
        )

    def time_is_asked(self, at: datetime) -> None:
        extensions.ask(
            dispute=self.dispute,
            party=self._party(TOURISM),
            days=7,
            reason="The cost came late; the hotels' answer to it needs a week.",
            by=self.stage.actor(TOURISM),
            at=at,
        )

    def time_is_given(self, at: datetime) -> None:
        extensions.grant(
            dispute=self.dispute,
            days=6,
            reason="The cost was told five days late, through no fault of the parties.",
            by=self.stage.actor("chief_secretary"),
            at=at,
        )

    def _ask(self, organisation: str, question: str, post: str, at: datetime) -> None:
        self.asked[organisation] = information.ask(
            dispute=self.dispute,
            asked_by=self._party(post),
            organisation=self.stage.cast.organisations[organisation],
            question=question,
            due_on=date(2019, 3, 29),
            by=self.stage.actor(post),
            at=at,
        )

    def _state(self, post: str, words: str, at: datetime) -> None:
        positions.state(
            dispute=self.dispute,
            party=self._party(post),
            text=words,
            by=self.stage.actor(post),
            at=at,
        )

    def _party(self, post: str) -> Party:
        return self.dispute.parties.get(organisation=self.stage.post(post).organisation)
