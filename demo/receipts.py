"""Receipts of 2018 that never came: explained, and an action of high priority to be verified.

The figures of 2018 are missing in the source; the course of the review is illustrative.
"""

from __future__ import annotations

from datetime import date, datetime

from demo import moves
from demo.stage import Act, Stage
from demo.tourism import OWNER, VOTES
from forums.models import Action
from forums.services import actions
from reviews.services import explanations, proposals

ACTION = "Key in the departure survey of the last quarter of 2018"
DOER = "tourism_statistics"


class Receipts:
    """One story; each method is an act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2019, 3, 12), self.owner_explains),
            (date(2019, 3, 18), self.survey_is_put_first),
            (date(2019, 4, 11), self.survey_is_keyed_in),
        ]

    def owner_explains(self, at: datetime) -> None:
        explanations.explain(
            review=moves.open_review(self.stage, "receipts"),
            cause="institution",
            text="Two of five posts of the departure survey are vacant, so the sheets lie unread.",
            tried="Overtime in January; it brought October.",
            proposed="Key in the last quarter before anything else.",
            by=self.stage.actor(OWNER),
            at=at,
        )

    def survey_is_put_first(self, at: datetime) -> None:
        motion = proposals.put(
            review=moves.open_review(self.stage, "receipts"),
            cause="institution",
            outcome="corrective_action",
            reason="Without receipts nobody sees whether fewer guests spend more.",
            action_title=ACTION,
            action_owner=self.stage.post(DOER),
            action_due=date(2019, 4, 5),
            action_priority=Action.Priority.HIGH,
            action_verifier=self.stage.post("unit"),
            by=self.stage.actor("unit"),
            at=at,
        ).motion
        moves.vote_all(self.stage, motion, VOTES[motion.forum.name], at=at)

    def survey_is_keyed_in(self, at: datetime) -> None:
        """Done late, after two reminders; it ends when the delivery unit has verified it."""
        actions.done(
            action=Action.objects.get(title=ACTION),
            note="All sheets of October to December are keyed in; register TOUR/2019/97.",
            by=self.stage.actor(DOER),
            at=at,
        )
