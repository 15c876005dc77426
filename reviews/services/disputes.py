"""Opening a dispute on a ladder that is frozen then, and joining it later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Forum
from kpis.models import Kpi
from kpis.services import holds
from labs.models import Plan, ResultArea
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Organisation
from reviews.models import Dispute, Party, Review
from reviews.selectors import standing
from reviews.services import cases, conflict_routes, freezing, ladder


class NeedsSubject(Refused):
    message = gettext_lazy("Say what the dispute is about: one KPI, one milestone or one plan.")
    code = "needs_subject"


class NeedsTwoParties(Refused):
    message = gettext_lazy("A dispute is between at least two organisations. Add the other party.")
    code = "needs_two_parties"


class NeedsQuestion(Refused):
    message = gettext_lazy("State the question in dispute.")
    code = "needs_question"


class ProgrammeClosed(Refused):
    message = gettext_lazy("This programme is closed: it is readable, but nothing new is opened.")
    code = "programme_closed"


class AlreadyParty(Refused):
    message = gettext_lazy("This organisation already takes part, or has withdrawn for good.")
    code = "already_party"


@transaction.atomic
def open(
    *,
    title: str,
    about: str,
    question: str,
    parties: Sequence[Organisation],
    by: Actor,
    at: datetime,
    kpi: Kpi | None = None,
    plan: Plan | None = None,
    milestone_key: UUID | None = None,
    review: Review | None = None,
    restricted_to: Iterable[Forum] = (),
    is_distributional: bool = False,
    route_reason: str = "",
    is_illustrative: bool = False,
) -> Dispute:
    """Open a dispute between organisations about one subject.

    Freezes the ladder from where it starts; marks a KPI as disputed; a start forum
    that cannot sit is passed at once, on the record. ``is_distributional``: about who
    gains and who pays, so it begins in the area's conflict forum, for ``route_reason``.
    Raises NeedsSubject, NeedsTwoParties, NeedsQuestion, ProgrammeClosed,
    freezing.NoLadder, conflict_routes.NeedsReason.
    """
    area = _area(kpi, plan, milestone_key)
    organisations = {organisation.pk: organisation for organisation in parties}
    _check(area, title, question, organisations)
    if is_distributional:
        conflict_routes.require_reason(route_reason)
    dispute = Dispute.objects.create(
        area=area,
        kpi=kpi,
        plan=plan,
        milestone_key=milestone_key,
        review=review,
        title=title[:200],
        about=about,
        question=question,
        deadline=at.date(),
        is_distributional=is_distributional,
        is_illustrative=is_illustrative,
        at=at,
        **Dispute.fields_of(by),
    )
    dispute.restricted_to.set(list(restricted_to) or _restriction_of(kpi, plan))
    Party.objects.bulk_create(
        Party(dispute=dispute, organisation=organisation, joined_at=at)
        for organisation in organisations.values()
    )
    forums, common = freezing.ladder(
        dispute, list(organisations.values()), at, conflict=is_distributional
    )
    freezing.freeze(dispute, forums, at)
    if is_distributional and forums[0].pk != common.pk:
        conflict_routes.record(dispute=dispute, away_from=common, reason=route_reason, by=by, at=at)
    if ladder.is_restricted(dispute):
        dispute.restricted_to.add(standing.forum_of(standing.tier_of(dispute)))
    if kpi is not None:
        why = _("A restricted dispute about it is open.")
        if not ladder.is_restricted(dispute):
            why = question
        holds.open(kpi=kpi, ref=cases.ref_of(dispute), reason=why, by=by, at=at)
    cases.tell(
        verb="dispute.opened",
        dispute=dispute,
        by=by,
        at=at,
        title=_("Dispute opened: %(title)s") % {"title": title},
        data={
            "about": str(about),
            "kpi": kpi.pk if kpi else None,
            "plan": plan.pk if plan else None,
            "milestone": str(milestone_key) if milestone_key else None,
            "parties": sorted(organisations),
            "tiers": list(dispute.tiers.order_by("number").values_list("forum", flat=True)),
            "deadline": dispute.deadline.isoformat() if dispute.deadline else None,
            "away_from": common.pk if is_distributional else None,
        },
        texts={"title": title, "question": question, "route": route_reason},
        asked=list(organisations),
        asked_title=_("Your position is asked: %(title)s") % {"title": title},
        deciders=standing.presiding(dispute, standing.today(dispute, at)),
    )
    ladder.pass_if_it_cannot_sit(dispute=dispute, at=at)
    return dispute


def _restriction_of(kpi: Kpi | None, plan: Plan | None) -> list[Forum]:
    """A dispute about something restricted is as restricted as its subject (fact 8)."""
    if kpi is not None:
        return list(kpi.restricted_to.all())
    return list(plan.lab.restricted_to.all()) if plan is not None else []


def _area(kpi: Kpi | None, plan: Plan | None, milestone_key: UUID | None) -> ResultArea:
    if kpi is not None and plan is None and milestone_key is None:
        return kpi.area
    if kpi is None and plan is not None:
        return plan.lab.area
    raise NeedsSubject


def _check(
    area: ResultArea, title: str, question: str, organisations: dict[int, Organisation]
) -> None:
    if area.programme.is_closed:
        raise ProgrammeClosed
    if len(organisations) < 2:
        raise NeedsTwoParties(fields={"parties": str(NeedsTwoParties.message)})
    if not title.strip() or not question.strip():
        raise NeedsQuestion(fields={"question": str(NeedsQuestion.message)})


@transaction.atomic
def join(*, dispute: Dispute, organisation: Organisation, by: Actor, at: datetime) -> Party:
    """A further organisation takes part from now on; the ladder stays as frozen.

    A ruling still before the forum is withdrawn: its voters were frozen without the
    new party's interest. Raises AlreadyParty, ladder.Ended.
    """
    cases.keep_open(dispute)
    if dispute.parties.filter(organisation=organisation).exists():
        raise AlreadyParty
    party = Party.objects.create(dispute=dispute, organisation=organisation, joined_at=at)
    ladder.withdraw_motions(
        dispute=dispute,
        reason=_("%(party)s joined the dispute: put the ruling anew, with its members aside.")
        % {"party": organisation},
        by=by,
        at=at,
    )
    cases.tell(
        verb="dispute.joined",
        dispute=dispute,
        by=by,
        at=at,
        title=_("%(party)s joined: %(title)s") % {"party": organisation, "title": dispute.title},
        data={"organisation": organisation.pk},
        asked=[organisation],
        asked_title=_("Your position is asked: %(title)s") % {"title": dispute.title},
    )
    ladder.pass_if_it_cannot_sit(dispute=dispute, at=at)
    return party
