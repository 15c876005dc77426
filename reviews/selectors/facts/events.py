"""Fact 12: each change of state and its event are there together; numbers without a gap."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import CharField, Count, Exists, F, Max, Min, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Cast

from forums.models import Decision, Motion, Vote
from kpis.models import Reading, Verification
from labs.models import Revision
from ledger.models import Event, EventText, Seal
from ledger.rules import chain
from reviews.models import BumpUp, Dispute, Position, Review, SettlementProposal
from reviews.selectors.facts.found import Ask, Broken

STEPS = ("dispute.bumped_up", "disputes.advanced")


def _state_changes() -> list[tuple[str, QuerySet[Model], str]]:
    """Rows that tell of an act, and the verb under which the ledger must know it."""
    found: list[tuple[str, QuerySet, str]] = [
        ("motion", Motion.objects.all(), "motion.put"),
        ("vote", Vote.objects.all(), "vote.cast"),
        ("decision", Decision.objects.all(), "decision.taken"),
        ("revision", Revision.objects.filter(state="adopted"), "revision.adopted"),
        ("review", Review.objects.all(), "review.opened"),
        ("review", Review.objects.filter(state="closed"), "review.closed"),
        ("dispute", Dispute.objects.all(), "dispute.opened"),
        *(
            ("dispute", Dispute.objects.filter(state=state), f"dispute.{state}")
            for state in ("settled", "withdrawn", "ruled")
        ),
        ("position", Position.objects.all(), "position.stated"),
        ("settlement", SettlementProposal.objects.all(), "settlement.proposed"),
    ]
    return found


def together() -> Iterator[Ask]:
    """Fact 12, as far as the database can tell; the chain: ``ledger.services.verification``."""
    for kind, rows, verb in _state_changes():
        told = _told(rows.model, "name").filter(verb=verb)
        silent = rows.annotate(name=Cast("pk", CharField())).filter(~Exists(told))
        yield Ask(kind, silent.values_list("pk", flat=True), f"the ledger has no {verb} of it")
    yield from _readings()
    strange = BumpUp.objects.filter(event__isnull=False).exclude(event__verb__in=STEPS)
    yield Ask("step", strange.values_list("pk", flat=True), "its event is not of a step")
    uneven = Seal.objects.exclude(count=F("last") - F("first") + 1)
    yield Ask("seal", uneven.values_list("number", flat=True), "it does not count right")
    # Free text stands beside its event, never in it: one without a digest was slipped in.
    loose = EventText.objects.filter(**{f"event__data__{chain.TEXTS}__isnull": True})
    yield Ask("text", loose.values_list("pk", flat=True), "its event has no digest of it")


def _told(model: type[Model], name: str) -> QuerySet[Event]:
    return Event.objects.filter(subject_type=model._meta.label_lower, subject_id=OuterRef(name))


def _readings() -> Iterator[Ask]:
    """A value has its event, or is a row of a file or of many sent at once, or was worked out."""
    bulk = Event.objects.filter(verb="readings.recorded", at=OuterRef("at"))
    alone = Reading.objects.filter(batch=None, by_user__isnull=False)
    silent = alone.annotate(name=Cast("pk", CharField())).filter(
        ~Exists(_told(Reading, "name")), ~Exists(bulk)
    )
    yield Ask("reading", silent.values_list("pk", flat=True), "the ledger does not know it")
    checked = _told(Reading, "name").filter(verb="reading.verified")
    verified = Verification.objects.annotate(name=Cast("reading_id", CharField()))
    ids = verified.filter(~Exists(checked)).values_list("pk", flat=True)
    yield Ask("verification", ids, "the ledger does not know it")


def counted(since: datetime | None) -> Iterator[Broken]:
    """Fact 12: as many events as steps, numbers and seals without a gap."""
    yield from _steps()
    yield from _numbers()


def _steps() -> Iterator[Broken]:
    """A step shares the event of its sweep, or the ledger has one of its own for it."""
    own = dict(
        Event.objects.filter(verb="dispute.bumped_up", subject_type=Dispute._meta.label_lower)
        .values("subject_id")
        .annotate(many=Count("pk"))
        .values_list("subject_id", "many")
    )
    alone = Q(event=None) | Q(event__verb="dispute.bumped_up")
    steps = (
        BumpUp.objects.filter(alone)
        .values("dispute")
        .annotate(many=Count("pk"))
        .order_by("dispute")
        .values_list("dispute", "many")
    )
    for dispute, many in steps:
        if own.get(str(dispute), 0) != many:
            yield Broken(12, f"dispute:{dispute}", "steps and their events differ in number")
    shared = (
        BumpUp.objects.exclude(alone)
        .values("event", "event__data")
        .annotate(many=Count("pk"))
        .order_by("event")
        .values_list("event", "event__data__moved", "many")
    )
    for event, told, many in shared:
        if told is not None and told != many:
            yield Broken(12, f"event:{event}", "it tells of another number of steps")


def _numbers() -> Iterator[Broken]:
    numbered = Event.objects.filter(number__isnull=False)
    line = numbered.aggregate(many=Count("pk"), last=Max("number"), first=Min("number"))
    if line["many"] and (line["many"] != line["last"] or line["first"] != 1):
        yield Broken(12, "events", "a number is missing")
    sealed = Seal.objects.aggregate(many=Count("pk"), top=Max("number"), event=Max("last"))
    if sealed["many"] != (sealed["top"] or 0) or sealed["event"] != line["last"]:
        yield Broken(12, "seals", "a seal is missing, or numbered events are in none")
