"""Steps that wait for each other, two drafts on one field, a ministry under a new name.

All of it is illustrative, but for the name (2 July 2018).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from demo.stage import Act, Stage
from labs.models import Plan, Revision
from labs.selectors import plans
from labs.services import coordination, council_acts, revisions
from people.services import reorganisations
from reviews.services import recording

OWNER = "tourism_planning"
FARES = "Joint fares of airlines and hotels on sale"


class Circle:
    """One story; each method is an act."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def acts(self) -> list[Act]:
        return [
            (date(2015, 7, 2), self.council_decides),
            (date(2018, 7, 2), self.ministry_is_renamed),
            (date(2018, 11, 5), self.steps_wait_for_each_other),
            (date(2018, 11, 12), self.circle_is_found),
            (date(2019, 4, 8), self.two_drafts_meet),
        ]

    def _by(self, at: datetime, post: str = "unit") -> dict[str, Any]:
        return {"by": self.stage.actor(post), "at": at}

    @property
    def plan(self) -> Plan:
        return Plan.objects.get(lab=self.stage.labs["tourism"])

    def council_decides(self, at: datetime) -> None:
        council_acts.record(
            council="Cabinet",
            reference="Paper 12/2015 (illustrative)",
            dated=date(2015, 6, 26),
            title="The two transformation programmes go on as one",
            creates_forum=self.stage.forums["ntp"],
            **self._by(at),
        )

    def ministry_is_renamed(self, at: datetime) -> None:
        reorganisations.rename(
            organisation=self.stage.cast.organisations["plantation"],
            name="Ministry of Primary Industries",
            short_name="Primary Industries",
            on=date(2018, 7, 2),
            today=at.date(),
            reason="The new government names its ministries.",
            **self._by(at),
        )

    def steps_wait_for_each_other(self, at: datetime) -> None:
        """Trains wait for Home Affairs, whose step waits for fares, which wait for trains."""
        keys = _keys(self.plan)
        rail, fares = keys["Airport trains until the last flight"], keys[FARES]
        draft = self._draft("Who waits for whom", "Each said that it waits for the other.", at)
        given = {"revision": draft, "reason": "Said by its owner.", **self._by(at, OWNER)}
        revisions.edit(
            part="milestone",
            key=None,
            fields={
                "initiative_key": str(_initiative(self.plan)),
                "title": "Visas at the airport station",
                "owner": str(self.stage.post("immigration").pk),
                "starts_on": "2019-05-02",
                "finishes_on": "2019-12-20",
                "depends_on": [str(fares)],
            },
            **given,
        )
        revisions.edit(
            part="milestone",
            key=fares,
            fields={"depends_on": [str(rail)]},
            **given,
        )
        revisions.edit(
            part="dependency",
            key=None,
            fields={
                "milestone_key": str(rail),
                "title": "Officers at the station for late trains",
                "provider": str(self.stage.cast.organisations["home"].pk),
                "due_on": "2019-03-01",
            },
            **given,
        )
        recording.record(revision=draft, **self._by(at, OWNER))

    def _draft(self, title: str, reason: str, at: datetime) -> Revision:
        return revisions.start(plan=self.plan, title=title, reason=reason, **self._by(at, OWNER))

    def circle_is_found(self, at: datetime) -> None:
        coordination.find(at=at)

    def two_drafts_meet(self, at: datetime) -> None:
        """Two revisions change one field: the owner's is recorded, the other must be resolved."""
        initiative = _initiative(self.plan)
        titles = ("Trains in the plan's name", "Said as visitors say it")
        drafts = [
            revisions.start(plan=self.plan, title=title, reason="To be clear.", **self._by(at, who))
            for title, who in zip(titles, (OWNER, "unit"), strict=True)
        ]
        texts = ("Visas, flights, fares and trains, one after the other.", "Come, stay, return.")
        for draft, text, who, reason in zip(
            drafts, texts, (OWNER, "unit"), ("It names all four.", ""), strict=True
        ):
            revisions.edit(
                revision=draft,
                part="initiative",
                key=initiative,
                fields={"description": text},
                reason=reason,
                **self._by(at, who),
            )
        recording.record(revision=drafts[0], **self._by(at, OWNER))


def _keys(plan: Plan) -> dict[str, UUID]:
    """The steps in force by their titles."""
    return {each.title: each.key for each in plans.content(plan).milestones.values()}


def _initiative(plan: Plan) -> UUID:
    return next(iter(plans.content(plan).initiatives))
