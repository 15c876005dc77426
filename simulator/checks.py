"""After each day: does every numbered fact hold, and do the sweeps find nothing left to do?"""

from __future__ import annotations

import datetime
import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import QuerySet

from forums.models import Decision, Vote
from kpis.models import Deviation, Reading, Retraction, RuleVersion, Signal, Target, Verification
from kpis.services import detection
from labs.models import Change, Revision
from ledger.models import Event
from ledger.services import verification
from reviews.models import BumpUp, Tier
from reviews.selectors import facts
from reviews.selectors.facts import Broken
from reviews.services import advancing, routing

# What is never changed once written: the fact that says so, and columns that may move on.
LASTING: tuple[tuple[int, type[models.Model], tuple[str, ...]], ...] = (
    (1, Signal, ()),
    (3, Reading, ()),
    (3, Verification, ()),
    (3, Retraction, ()),
    (4, Target, ("until_change_id",)),
    (6, BumpUp, ("told_at", "event_id")),
    (6, Tier, ("entered_at", "deadline", "left_at")),
    (8, Decision, ("standing", "standing_reason", "answered_at", "answered_by_id",
                   "supersedes_id")),
    (9, Vote, ()),
    (13, RuleVersion, ()),
)  # fmt: skip
RECENT = 30  # rows looked at again each day; all of them at the end of each month


@dataclass
class Checks:
    """Keeps the tally, and what rows looked like when they were first seen."""

    checked: Counter[int] = field(default_factory=Counter)
    broken: Counter[int] = field(default_factory=Counter)
    found: list[tuple[datetime.date, Broken]] = field(default_factory=list)
    tell: Callable[[datetime.date, Broken], None] | None = None
    seen: dict[tuple[str, int], bytes] = field(default_factory=dict)
    ladders: dict[int, int] = field(default_factory=dict)  # of which dispute a tier is
    looked_at: datetime.datetime | None = None
    mark: verification.Mark = field(default_factory=verification.Mark)

    def after_day(self, at: datetime.datetime, *, thorough: bool) -> None:
        """Ask everything. ``thorough``: look at every lasting row again, not only the newest."""
        since = None if thorough else self.looked_at
        self.looked_at = at
        found = [
            *facts.broken(at, since=since),
            *self._again(at),
            *self._lasting(thorough),
            *self._chain(),
        ]
        for fact in facts.CHECKS:
            self.checked[fact] += 1
        for each in found:
            self.broken[each.fact] += 1
            self.found.append((at.date(), each))
            if self.tell is not None:
                self.tell(at.date(), each)

    def at_the_end(self) -> None:
        """The whole ledger from its first line."""
        verdict = verification.verify()
        if not verdict.intact:
            self.broken[12] += 1

    def _again(self, at: datetime.datetime) -> list[Broken]:
        """Sweeping again adds nothing (facts 1, 2 and 6)."""
        found = []
        counts = detection.detect(at=at)
        if counts.signals or counts.opened or counts.closed:
            found.append(Broken(1, "detection", "detecting again found something"))
        routed = routing.route(at=at)
        if routed.routed or Deviation.objects.filter(routed_at=None).exists():
            found.append(Broken(2, "routing", "a deviation was left to be routed"))
        moved = advancing.advance(at=at)
        if moved.moved or moved.overdue_at_top:
            found.append(Broken(6, "ladder", "advancing again moved a dispute"))
        return found

    def _lasting(self, thorough: bool) -> list[Broken]:
        found = []
        for fact, model, free in LASTING:
            found += self._rows(fact, model._default_manager.all(), free, thorough)
        adopted = Change.objects.filter(revision__state=Revision.State.ADOPTED)
        found += self._rows(4, adopted, (), thorough)
        return found

    def _rows(
        self, fact: int, rows: QuerySet[Any], free: tuple[str, ...], thorough: bool
    ) -> list[Broken]:
        name = rows.model._meta.label_lower
        columns = [each.attname for each in rows.model._meta.concrete_fields]
        lasting = [each for each in columns if each not in free and each != "id"]
        ordered = rows.order_by("-pk").values_list("id", *lasting)
        there = set()
        found = []
        for row in ordered if thorough else ordered[:RECENT]:
            pk, kept = row[0], _digest(row)
            there.add(pk)
            if rows.model is Tier:
                self.ladders[pk] = row[1 + lasting.index("dispute_id")]
            if self.seen.setdefault((name, pk), kept) != kept:
                found.append(Broken(fact, f"{name}:{pk}", "it changed after it was written"))
        if thorough:
            missing = {pk for kind, pk in self.seen if kind == name} - there
            gone = sorted(missing - self._sent_on(missing) if rows.model is Tier else missing)
            found += [Broken(fact, f"{name}:{pk}", "it disappeared") for pk in gone]
        return found

    def _sent_on(self, gone: set[int]) -> set[int]:
        """Of tiers that are gone, those left when their dispute went to the conflict forum.

        Its ladder is frozen anew then; the ledger keeps what the former one was.
        """
        told = Event.objects.filter(verb="dispute.routed_to_conflict_forum")
        left = {row["dispute"]: row["tiers_left"] for row in told.values_list("data", flat=True)}
        former: dict[int, list[int]] = {}
        for pk in sorted(gone):
            former.setdefault(self.ladders[pk], []).append(pk)
        return {
            pk
            for dispute, tiers in former.items()
            if len(tiers) == len(left.get(dispute, ()))
            for pk in tiers
        }

    def _chain(self) -> list[Broken]:
        """The seals made since yesterday."""
        verdict, self.mark = verification.verify_since(self.mark)
        if verdict.intact:
            return []
        return [Broken(12, "ledger", str(verdict.first_bad))]

    def result(self) -> dict[str, dict[str, int]]:
        """For the report: how often each fact was checked, and how often it did not hold."""
        return {
            str(fact): {"checked": self.checked[fact], "broken": self.broken[fact]}
            for fact in facts.CHECKS
        }


def _digest(row: tuple[object, ...]) -> bytes:
    return hashlib.blake2b(repr(row).encode(), digest_size=16).digest()
