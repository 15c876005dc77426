"""The approval of a revision on one page: who decides and who stands aside, what the
seats, organisations and readers said, what is still missing."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from forums.models import Decision, Forum, Motion, Voter
from forums.selectors import motions, sitting
from labs.models import Comment, Condition, Objection, Revision, StressTest
from labs.selectors import limits, open_days, plans, stands
from labs.selectors.stands import Stand
from ledger.rules.actors import Actor
from people.models import Post
from reviews.selectors import gate, interests
from reviews.selectors.gate import Missing

# How many comments that await an answer are shown here; the page of each open day has all.
SHOWN = 10


@dataclass(frozen=True)
class Place:
    """A place in the forum: who presides, who votes how, who stands aside and why."""

    post: Post
    presides: bool
    barred_because: str
    interest_stated: str
    vote: str = ""


@dataclass(frozen=True)
class Page:
    """Everything the approval page shows. ``is_forecast``: nothing is before the forum yet."""

    revision: Revision
    forum: Forum
    is_forecast: bool
    can_sit: bool
    quorum: int
    needed: int
    places: list[Place]
    decision: Decision | None
    to_mend: list[Missing]
    warnings: list[Missing]
    approval_missing: bool
    stress_test: StressTest | None
    stands: list[Stand]
    objections: list[Objection]
    conditions: list[Condition]
    unanswered: list[Comment]


def page(revision: Revision, by: Actor, user: Any, on: datetime.date) -> Page:
    """The page for one reader; ``by``: in which post they would put the draft."""
    gaps = gate.as_seen(gate.missing(revision), user, on)
    motion = revision.motion
    if motion is None:
        forum, can_sit, quorum, places = _forecast(revision, by, on)
        needed = 0
    else:
        forum, can_sit, quorum, places = _frozen(motion)
        needed = motions.tally(motion).needed if motion.state == Motion.State.OPEN else 0
    return Page(
        revision=revision,
        forum=forum,
        is_forecast=motion is None,
        can_sit=can_sit,
        quorum=quorum,
        needed=needed,
        places=places,
        decision=revision.decision,
        to_mend=[gap for gap in gaps if gap.blocks and gap.code != "approval"],
        warnings=[gap for gap in gaps if not gap.blocks],
        approval_missing=any(gap.code == "approval" for gap in gaps),
        stress_test=plans.stress_test(revision),
        stands=stands.of_revision(revision),
        objections=list(stands.objections(revision)),
        conditions=list(stands.conditions(revision)),
        unanswered=list(open_days.unanswered(revision.plan).order_by("at", "pk")[:SHOWN]),
    )


def _forecast(
    revision: Revision, by: Actor, on: datetime.date
) -> tuple[Forum, bool, int, list[Place]]:
    """Who would decide, were the draft put now by whoever reads the page."""
    forum = limits.route(revision, on).forum
    sits, places = sitting.frozen(forum, interests.in_submission(by, revision), on)
    quorum = sits.quorum if sits.ok else forum.quorum
    found = [
        Place(each.post, each.presides, each.barred_because, each.interest_stated)
        for each in places
    ]
    return forum, sits.ok, quorum, sorted(found, key=lambda each: not each.presides)


def _frozen(motion: Motion) -> tuple[Forum, bool, int, list[Place]]:
    """Who decides, as the motion froze it."""
    found = [
        Place(
            voter.post, voter.presides, voter.barred_because, voter.interest_stated, _choice(voter)
        )
        for voter in motions.voters(motion)
    ]
    return motion.forum, True, motion.quorum, found


def _choice(voter: Voter) -> str:
    """How the place voted, as a word; "" while it has not."""
    vote = getattr(voter, "vote", None)
    return str(vote.get_choice_display()) if vote is not None else ""
