"""Places where the whole loop can run, and a factory per state of a review.

``place()`` is a programme with one result area, a ladder of forums whose posts are
all held, an owner and a verifier. ``complete_draft(place)`` is a plan of which only
the forum's approval is missing, ``in_force(place)`` one that was approved by vote,
``open_review(place)`` the review that a bad value opened.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import count
from uuid import UUID

from forums.models import Decision, Forum, Motion
from kpis.models import Kpi, Series
from kpis.services import detection, rules
from labs.models import Programme, ResultArea, Revision
from labs.services import programmes, revisions
from people.models import Organisation, Post, User
from people.models.access import Role
from reviews.models import Review, ReviewProposal
from reviews.services import approvals, proposals, routing, voting
from tests.factories import forums as make_forums
from tests.factories import kpis as make_kpis
from tests.factories import labs as make_labs
from tests.factories.forums import held_post, person_in
from tests.factories.people import OrganisationFactory, actor, with_role

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
BEFORE = datetime.datetime(2018, 6, 4, 2, 0, tzinfo=datetime.UTC)
ON = AT.date()
_places = count(1)
YEAR_2018 = "2018-01-01/2018-12-31"
YEAR_2019 = "2019-01-01/2019-12-31"


@dataclass(frozen=True)
class Place:
    """A result area with everybody that the loop needs."""

    programme: Programme
    area: ResultArea
    ministry: Organisation
    owner: Post
    verifier: Post
    home: Forum
    steering: Forum
    unit: User

    @property
    def owner_user(self) -> User:
        return person_in(self.owner)


@dataclass(frozen=True)
class Draft:
    """A written draft with its one KPI."""

    place: Place
    revision: Revision
    kpi: Kpi
    goal: UUID
    milestone: UUID

    @property
    def series(self) -> Series:
        return make_kpis.total(self.kpi)


def place(*, tiers: int = 2, **forum: object) -> Place:
    """Programme, area, ladder, owner and verifier; the programme's default rules are on."""
    ladder = _ladder(tiers, **forum)
    ministry = OrganisationFactory()
    area = make_labs.AreaFactory(lead=ministry, home_forum=ladder[0])
    rules.install_defaults(
        programme=area.programme, applies_from=datetime.date(2018, 1, 1), by=actor(), at=BEFORE
    )
    return Place(
        programme=area.programme,
        area=area,
        ministry=ministry,
        owner=held_post("Director, Police", ministry),
        verifier=held_post("Head, Statistics", ministry),
        home=ladder[0],
        steering=ladder[min(1, tiers - 1)],
        unit=with_role(Role.DELIVERY_UNIT),
    )


def _ladder(tiers: int, **fields: object) -> list[Forum]:
    """Forums above one another, lowest first, under names of their own."""
    number = next(_places)
    above: Forum | None = None
    made = []
    for name in reversed(make_forums.NAMES[:tiers]):
        above = make_forums.make_forum(f"{name} {number}", parent=above, **fields)
        made.append(above)
    return made[::-1]


def complete_draft(where: Place | None = None, *, value: str = "50") -> Draft:
    """A first plan that misses nothing but the steering committee's approval."""
    where = where or place()
    plan = make_labs.draft_plan(
        where.area, milestones=1, owner=where.owner, steering=where.steering
    )
    revision = make_labs.open_draft(plan)
    keys = {change.part: change.key for change in revision.changes.filter(field="title")}
    kpi = make_kpis.kpi(
        where.area,
        rules_from="",
        direction="decrease",
        goal_key=keys["goal"],
        owner=where.owner,
        verifier=where.verifier,
    )
    draft = Draft(where, revision, kpi, keys["goal"], keys["milestone"])
    set_target(draft.revision, draft.series, YEAR_2018, value)
    make_labs.tested(revision)
    return draft


def set_target(
    revision: Revision,
    series: Series,
    period: str,
    value: str,
    before: dict[str, str | None] | None = None,
) -> None:
    """A target in a draft, from a baseline of 100."""
    revisions.set_target(
        revision=revision,
        series_key=series.key,
        period=period,
        before=before,
        after=numbers(value),
        reason="It can be reached",
        by=actor(),
        at=BEFORE,
    )


def numbers(value: str) -> dict[str, str | None]:
    return {"value": value, "high": None, "baseline": "100"}


def carry(motion: Motion, at: datetime.datetime = AT) -> Decision:
    """The one who presides votes for the motion."""
    voter = motion.voters.select_related("post").get(presides=True)
    decision = voting.vote(
        motion=motion,
        post=voter.post,
        choice="for",
        reason="The case is made.",
        by=actor(person_in(voter.post), voter.post),
        at=at,
    )
    assert decision is not None
    return decision


def in_force(where: Place | None = None, *, value: str = "50") -> Draft:
    """A plan that its steering committee approved by vote."""
    draft = complete_draft(where, value=value)
    motion = approvals.submit(revision=draft.revision, by=actor(draft.place.unit), at=BEFORE)
    carry(motion, BEFORE)
    draft.revision.refresh_from_db()
    return draft


def open_review(where: Place | None = None, *, value: str = "90") -> tuple[Review, Draft]:
    """The review that the value of 2018 opened: far from the target of 50."""
    draft = in_force(where)
    make_kpis.reading(draft.series, "2018", value)
    sweep()
    return Review.objects.get(kpi=draft.kpi), draft


def sweep(at: datetime.datetime = AT) -> routing.Counts:
    """Detection, then routing."""
    detection.detect(at=at)
    return routing.route(at=at)


def propose(review: Review, *, outcome: str = "no_action", **fields: object) -> ReviewProposal:
    """A proposal by the delivery unit about how a review ends."""
    given = {
        "cause": "means",
        "reason": "One more quarter will tell.",
        "by": actor(with_role(Role.DELIVERY_UNIT)),
        "at": AT,
    }
    if outcome == "no_action":
        given["look_again_on"] = datetime.date(2019, 9, 1)
    return proposals.put(review=review, outcome=outcome, **{**given, **fields})


def close_programme(where: Place) -> None:
    programmes.close(programme=where.programme, because="Its period is over", by=actor(), at=AT)
