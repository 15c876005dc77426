"""Transfers: money moved under an allocation, or from one pathway to the other."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from forums.models import Decision
from labs.models import Allocation, Initiative, Transfer
from labs.models.content import Pathway
from labs.selectors import funding as selectors
from labs.services import funding
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people import amounts


class OverAllocation(Refused):
    message = _(
        "Only %(left)s of this allocation are not transferred yet. Transfer less,"
        " or have a further allocation decided."
    )
    code = "over_allocation"

    def __init__(self, left: Decimal, currency: str) -> None:
        text = str(self.message) % {"left": amounts.in_words(left, currency)}
        super().__init__(text, fields={"amount": text})


class NotAllotted(Refused):
    message = _(
        "No decision has carried this allocation, so nothing can be transferred under it. Put"
        " it to a forum first."
    )
    code = "not_allotted"


@transaction.atomic
def record(
    *,
    allocation: Allocation,
    amount: Decimal,
    on: date,
    reference: str,
    from_pathway: str = "",
    to_pathway: str = "",
    by: Actor,
    at: datetime,
) -> Transfer:
    """Record money moved under an allocation, never more than is left of it.

    Pathways not given are those of the source and of the initiative. Raises
    FundingRefused, NotAllotted, OverAllocation, ProgrammeClosed.
    """
    funding.require_open(allocation.source.programme)
    wrong: dict[str, Any] = {}
    if amount <= 0:
        wrong["amount"] = _("Write an amount above 0.")
    if not reference.strip():
        wrong["reference"] = _("Write the reference of the transfer, such as its voucher.")
    elif allocation.transfers.filter(reference=reference.strip()).exists():
        wrong["reference"] = _("A transfer with this reference is recorded already.")
    funding.refuse(wrong)
    funding.hold(allocation.source)
    allocation = Allocation.objects.select_related("decision", "source__programme").get(
        pk=allocation.pk
    )
    decision = allocation.decision
    if decision is None or decision.outcome != Decision.Outcome.CARRIED:
        raise NotAllotted
    left = allocation.amount - selectors.moved(allocation)
    if amount > left:
        raise OverAllocation(left, allocation.source.currency)
    made = Transfer.objects.create(
        allocation=allocation,
        amount=amount,
        on=on,
        reference=reference.strip()[:200],
        from_pathway=from_pathway or allocation.source.pathway,
        to_pathway=to_pathway or _pathway(allocation),
        at=at,
        **Transfer.fields_of(by),
    )
    data = {
        "allocation": allocation.pk,
        "amount": str(amount),
        "on": on,
        "from": made.from_pathway,
        "to": made.to_pathway,
    }
    funding.record_of(
        verb="transfer.recorded",
        allocation=allocation,
        by=by,
        at=at,
        data=data,
        texts={"reference": made.reference},
    )
    return made


def _pathway(allocation: Allocation) -> str:
    """The pathway of the initiative that receives the money, "" where it names none."""
    if allocation.initiative_key is None:
        return ""
    held = Initiative.objects.filter(key=allocation.initiative_key, until_revision=None).first()
    return held.pathway if held and held.pathway in Pathway.values else ""
