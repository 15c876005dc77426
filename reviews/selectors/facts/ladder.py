"""Facts 6 and 7: disputes climb step by step, and end once."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Exists, F, Max, OuterRef, Q, Subquery

from forums.models import Decision, Motion
from reviews.models import BumpUp, Dispute, Extension, RulingProposal, SettlementProposal, Tier
from reviews.models.disputes import Trigger
from reviews.selectors.facts.found import Ask

State = Dispute.State


def steps() -> Iterator[Ask]:
    """Fact 6: one tier at a time, each step once, with trigger, reason and time."""
    counted = Dispute.objects.annotate(
        climbed=Count("bump_ups"), highest=Max("bump_ups__from_tier")
    )
    skipped = counted.exclude(tier=F("climbed") + 1).order_by("pk")
    yield Ask("dispute", _pks(skipped), "its tier is not one step up per bump-up")
    beyond = counted.filter(highest__gte=F("tier")).order_by("pk")
    yield Ask("dispute", _pks(beyond), "it has a step from where it has not been")
    bad = BumpUp.objects.filter(
        ~Q(to_tier=F("from_tier") + 1) | Q(reason="") | Q(trigger=Trigger.OPENED)
    ).order_by("pk")
    yield Ask("step", _pks(bad), "a step without trigger or reason, or of more than one tier")
    yield from _tiers()
    above = Tier.objects.filter(dispute=OuterRef("pk"), number__gt=OuterRef("tier"))
    low = Dispute.objects.filter(Exists(above), overdue_at_top_since__isnull=False).order_by("pk")
    yield Ask("dispute", _pks(low), "overdue at the top, and not at the top")
    nowhere = Dispute.objects.filter(
        ~Exists(Tier.objects.filter(dispute=OuterRef("pk"), number=OuterRef("tier")))
    ).order_by("pk")
    yield Ask("dispute", _pks(nowhere), "it stands at a tier it does not have")


def _tiers() -> Iterator[Ask]:
    entered = Tier.objects.filter(
        Q(number__lte=F("dispute__tier"), entered_at=None)
        | Q(number__gt=F("dispute__tier"), entered_at__isnull=False)
        | Q(number__lt=F("dispute__tier"), left_at=None)
    ).order_by("pk")
    yield Ask("tier", _pks(entered), "entered or left otherwise than the dispute climbed")
    step = BumpUp.objects.filter(dispute=OuterRef("dispute"), to_tier=OuterRef("number"))
    late = (
        Tier.objects.filter(number__gt=1, entered_at__isnull=False)
        .annotate(stepped_at=Subquery(step.values("at")[:1]))
        .exclude(entered_at=F("stepped_at"))
        .order_by("pk")
    )
    yield Ask("tier", _pks(late), "entered at another time than its step was taken")
    below = BumpUp.objects.filter(
        dispute=OuterRef("dispute"), to_tier=OuterRef("from_tier"), at__gt=OuterRef("at")
    )
    backwards = BumpUp.objects.filter(Exists(below)).order_by("pk")
    yield Ask("step", _pks(backwards), "a step taken before the one below it")
    longer = Extension.objects.filter(
        dispute=OuterRef("dispute"), tier=OuterRef("number"), forum=OuterRef("forum")
    )
    moved = (
        Tier.objects.filter(number=F("dispute__tier"), dispute__state=State.OPEN)
        .exclude(deadline=F("dispute__deadline"))
        .exclude(Exists(longer.filter(after=OuterRef("dispute__deadline"))))
        .order_by("pk")
    )
    yield Ask("tier", _pks(moved), "its last day is not the dispute's")


def endings() -> Iterator[Ask]:
    """Fact 7: settled or withdrawn until a ruling; after it only a ruling that supersedes."""
    accepted = SettlementProposal.objects.filter(accepted_at__isnull=False)
    settled = Dispute.objects.filter(
        ~Exists(accepted.filter(dispute=OuterRef("pk"))), state=State.SETTLED
    ).order_by("pk")
    yield Ask("dispute", _pks(settled), "settled, and no proposal was accepted")
    late = accepted.exclude(dispute__state=State.SETTLED).order_by("dispute")
    accepted_late = late.values_list("dispute", flat=True)
    yield Ask("dispute", accepted_late, "a settlement was accepted, and it did not end so")
    yield from _rulings()
    open_motion = RulingProposal.objects.filter(
        motion__state=Motion.State.OPEN, dispute__state__in=[State.SETTLED, State.WITHDRAWN]
    ).order_by("dispute")
    ids = open_motion.values_list("dispute", flat=True)
    yield Ask("dispute", ids, "ended by its parties, and a ruling is still before a forum")
    unended = Dispute.objects.filter(
        Q(state=State.OPEN) & Q(ended_at__isnull=False)
        | ~Q(state=State.OPEN) & (Q(ended_at=None) | Q(ended_because=""))
    ).order_by("pk")
    yield Ask("dispute", _pks(unended), "its end has no time or reason")


def _rulings() -> Iterator[Ask]:
    carried = RulingProposal.objects.filter(motion__decision__outcome=Decision.Outcome.CARRIED)
    outside = carried.exclude(dispute__state=State.RULED).order_by("dispute")
    ids = outside.values_list("dispute", flat=True)
    yield Ask("dispute", ids, "a ruling was carried, and it did not end so")
    here = carried.filter(dispute=OuterRef("pk"), motion__decision=OuterRef("decision"))
    unruled = Dispute.objects.filter(~Exists(here), state=State.RULED).order_by("pk")
    yield Ask("dispute", _pks(unruled), "ruled by a decision that was not about it")
    stands = carried.filter(dispute__state=State.RULED, motion__decision__superseded_by=None)
    double = stands.exclude(motion__decision=F("dispute__decision")).order_by("dispute")
    ids = double.values_list("dispute", flat=True)
    yield Ask("dispute", ids, "two rulings stand, neither superseding the other")
    gone = Dispute.objects.filter(decision__superseded_by__isnull=False).order_by("pk")
    yield Ask("dispute", _pks(gone), "its ruling was superseded by one it does not name")


def _pks(rows):  # type: ignore[no-untyped-def]
    return rows.values_list("pk", flat=True)
