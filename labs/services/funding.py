"""Money: where it comes from, and what is set aside of it by decision.

Allocations may not exceed their source. Amounts are Decimals in the currency of the
source.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from forums.models import Decision
from labs.models import Allocation, FundingSource, Plan, Programme
from labs.selectors import funding
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people import amounts
from people.models import Organisation


class FundingRefused(Refused):
    message = _("The money cannot be kept like this. Mend what is marked.")
    code = "funding"


class OverSource(Refused):
    message = _(
        "Only %(free)s of “%(source)s” are not set aside yet. Ask for less, or"
        " raise the amount of the source first."
    )
    code = "over_source"

    def __init__(self, source: FundingSource, free: Decimal) -> None:
        told = {"free": amounts.in_words(free, source.currency), "source": source.name}
        text = str(self.message) % told
        super().__init__(text, fields={"amount": text})


class AlreadyDecided(Refused):
    message = _("A decision on this allocation stands already.")
    code = "allocation_decided"


@transaction.atomic
def add_source(
    *,
    programme: Programme,
    name: str,
    currency: str,
    amount: Decimal,
    funder: Organisation | None = None,
    pathway: str = "",
    note: str = "",
    by: Actor,
    at: datetime,
) -> FundingSource:
    """Keep where money comes from. Raises FundingRefused, ProgrammeClosed."""
    require_open(programme)
    name = name.strip()
    wrong: dict[str, Any] = {}
    if not name:
        wrong["name"] = _("Fill this in.")
    elif programme.funding_sources.filter(name=name).exists():
        wrong["name"] = _("The programme has a source of this name. Choose another name.")
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        wrong["currency"] = _("Write the three letters of the currency, like MYR.")
    if amount < 0:
        wrong["amount"] = _("Write an amount of 0 or more.")
    refuse(wrong)
    source = FundingSource.objects.create(
        programme=programme,
        name=name,
        funder=funder,
        pathway=pathway,
        currency=currency,
        amount=amount,
        note=note.strip(),
        at=at,
        **FundingSource.fields_of(by),
    )
    data = {"amount": str(amount), "currency": currency, "pathway": pathway}
    _record("source.added", source, programme.pk, by, at, data, {"name": name})
    return source


@transaction.atomic
def set_amount(
    *, source: FundingSource, amount: Decimal, reason: str, by: Actor, at: datetime
) -> FundingSource:
    """A source turned out larger or smaller; never less than what is set aside of it."""
    require_open(source.programme)
    hold(source)
    allotted = funding.allotted(source)
    wrong: dict[str, Any] = {}
    if amount < allotted:
        wrong["amount"] = _("%(sum)s are set aside already: write no less.") % {
            "sum": amounts.in_words(allotted, source.currency)
        }
    if not reason.strip():
        wrong["reason"] = _("Say why the amount changes.")
    refuse(wrong)
    before = str(source.amount)
    FundingSource.objects.filter(pk=source.pk).update(amount=amount)
    source.refresh_from_db()
    data = {"from": before, "to": str(amount)}
    texts = {"reason": reason.strip()}
    _record("source.amount_set", source, source.programme_id, by, at, data, texts)
    return source


@transaction.atomic
def propose(
    *,
    source: FundingSource,
    purpose: str,
    amount: Decimal,
    beneficiary: Organisation | None = None,
    plan: Plan | None = None,
    initiative_key: uuid.UUID | None = None,
    by: Actor,
    at: datetime,
) -> Allocation:
    """Propose to set part of a source aside, for an initiative or an organisation.

    It counts once a forum has carried it. Raises FundingRefused, OverSource,
    ProgrammeClosed.
    """
    require_open(source.programme)
    wrong: dict[str, Any] = {}
    if not purpose.strip():
        wrong["purpose"] = _("Say what the money is for.")
    if amount <= 0:
        wrong["amount"] = _("Write an amount above 0.")
    if beneficiary is None and initiative_key is None:
        wrong["beneficiary"] = _("Choose who receives it: an organisation or an initiative.")
    if plan is not None and plan.lab.area.programme_id != source.programme_id:
        wrong["initiative"] = _("This initiative belongs to another programme.")
    same = source.allocations.filter(decision=None, purpose=purpose.strip(), amount=amount)
    if same.filter(beneficiary=beneficiary, initiative_key=initiative_key).exists():
        wrong["purpose"] = _("This allocation is proposed already. Put that one to a forum.")
    refuse(wrong)
    check_free(source=source, amount=amount)
    made = Allocation.objects.create(
        source=source,
        plan=plan,
        initiative_key=initiative_key,
        beneficiary=beneficiary,
        purpose=purpose.strip()[:300],
        amount=amount,
        at=at,
        **Allocation.fields_of(by),
    )
    data = {
        "source": source.pk,
        "amount": str(amount),
        "plan": plan.pk if plan else None,
        "initiative": str(initiative_key or ""),
        "beneficiary": beneficiary.pk if beneficiary else None,
    }
    record_of(
        verb="allocation.proposed",
        allocation=made,
        by=by,
        at=at,
        data=data,
        texts={"purpose": made.purpose},
    )
    return made


def check_free(*, source: FundingSource, amount: Decimal) -> None:
    """Raise OverSource unless the source has this much that no decision set aside."""
    free = source.amount - funding.allotted(source)
    if amount > free:
        raise OverSource(source, free)


@transaction.atomic
def decide(*, allocation: Allocation, decision: Decision, by: Actor, at: datetime) -> Allocation:
    """Keep what a forum decided on an allocation; carried, it must still fit its source.

    Raises AlreadyDecided, and OverSource when other decisions used the source up.
    """
    source = allocation.source
    hold(source)
    source.refresh_from_db()
    undecided = Allocation.objects.filter(pk=allocation.pk, decision=None)
    if decision.outcome == Decision.Outcome.CARRIED and undecided.exists():
        check_free(source=source, amount=allocation.amount)
    if undecided.update(decision=decision) != 1:
        raise AlreadyDecided
    allocation.refresh_from_db()
    data = {"decision": decision.pk, "outcome": decision.outcome}
    record_of(verb="allocation.decided", allocation=allocation, by=by, at=at, data=data, texts={})
    return allocation


def hold(source: FundingSource) -> None:
    """Take the source's row, so that two acts on its money come one after the other."""
    FundingSource.objects.filter(pk=source.pk).update(amount=F("amount"))


def require_open(programme: Programme) -> None:
    """Raise ProgrammeClosed unless the programme runs."""
    if programme.is_closed:
        raise ProgrammeClosed


def refuse(wrong: dict[str, Any]) -> None:
    """Raise FundingRefused when a field is wrong."""
    if wrong:
        raise FundingRefused(fields=wrong)


def _record(
    verb: str,
    subject: Any,
    programme_id: int,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    texts: dict[str, str],
    restricted: bool = False,
) -> None:
    events.record(
        verb=verb,
        subject=subject,
        by=by,
        at=at,
        data=data,
        texts=texts,
        programme_id=programme_id,
        restricted=restricted,
    )


def record_of(
    *,
    verb: str,
    allocation: Allocation,
    by: Actor,
    at: datetime,
    data: dict[str, Any],
    texts: dict[str, str],
) -> None:
    """The event of an allocation, restricted where its plan's lab is."""
    plan = allocation.plan
    restricted = bool(plan and plan.lab.restricted_to.exists())
    programme_id = allocation.source.programme_id
    _record(verb, allocation, programme_id, by, at, data, texts, restricted)
