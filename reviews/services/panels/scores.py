"""A panel scores KPI by KPI, and reports."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.models import Kpi
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import notices
from people.models import Act
from people.models.access import Role
from people.selectors import people
from people.services import documents
from reviews.models import Panel, Validation
from reviews.rules import panels as rules
from reviews.selectors import panels as selectors
from reviews.services.panels import work


class BadScore(Refused):
    message = gettext_lazy("Give a score in per cent and the reason for it.")
    code = "bad_score"


class NeedsReport(Refused):
    message = gettext_lazy("Write the report; a file may come with it.")
    code = "panel_needs_report"


class NothingScored(Refused):
    message = gettext_lazy("No KPI has been scored yet. Score at least one before the report.")
    code = "nothing_scored"


@transaction.atomic
def score(
    *,
    panel: Panel,
    kpi: Kpi,
    validated: Decimal | None,
    reason: str,
    by: Actor,
    at: datetime.datetime,
) -> Validation:
    """Score a KPI beside what the programme reports; a later score counts instead of an earlier.

    ``validated``: per cent of the target; None: it could not be validated. What was reported
    is frozen with it. Raises NotSeated, NotOutside, HasReported, BadScore.
    """
    fields = {}
    if not reason.strip():
        fields["reason"] = _("Give the reason for the score.")
    if validated is not None and abs(validated) > rules.LARGEST:
        fields["validated"] = _("Give a score in per cent of the target.")
    if kpi.area.programme_id != panel.programme_id:
        fields["validated"] = _("This KPI is not of the panel's programme.")
    if fields:
        raise BadScore(fields=fields)
    work.hold(panel)
    _require_seat(panel, by, at)
    made = Validation.objects.create(
        panel=panel,
        kpi=kpi,
        reported=selectors.line(panel, kpi).score_now,
        validated=validated,
        reason=reason.strip(),
        at=at,
        **Act.fields_of(by),
    )
    data = {
        "validation": made.pk,
        "kpi": kpi.pk,
        "reported": None if made.reported is None else str(made.reported),
        "validated": None if validated is None else str(validated),
    }
    restricted = kpi.restricted_to.exists()
    work.record("panel.scored", panel, by, at, data, {"reason": reason}, restricted=restricted)
    return made


@transaction.atomic
def report(
    *,
    panel: Panel,
    text: str,
    by: Actor,
    at: datetime.datetime,
    file: File | None = None,
) -> Panel:
    """Hand in the report: scores stay as they are from now on.

    The delivery unit and the holders of the KPIs' owning posts are told. Raises NeedsReport,
    NotSeated, NothingScored, HasReported and what people.services.documents.store raises.
    """
    if not text.strip():
        raise NeedsReport(fields={"report": NeedsReport.message})
    work.hold(panel)
    _require_seat(panel, by, at)
    if not panel.validations.exists():
        raise NothingScored
    document = documents.store(file=file, by=by, at=at) if file else None
    changed = Panel.objects.filter(pk=panel.pk, state=Panel.State.OPEN).update(
        state=Panel.State.REPORTED,
        report=text.strip(),
        document=document,
        reported_at=at,
        reported_by_id=by.user_id,
    )
    if changed != 1:
        raise work.HasReported
    panel.refresh_from_db()
    data = {"document": document.pk if document else None}
    event = work.record("panel.reported", panel, by, at, data, {"report": text})
    owners = (
        Kpi.objects.filter(pk__in=panel.validations.values("kpi"), owner__isnull=False)
        .order_by("owner")
        .values_list("owner", flat=True)
        .distinct()
    )
    told = people.user_ids_holding(owners, at.date())
    notices.notify(
        event=event,
        recipients=(told | people.user_ids_in_role(Role.DELIVERY_UNIT)) - {by.user_id or 0},
        title=_("A panel has reported: %(panel)s.") % {"panel": panel.name},
        url=work.url(panel),
    )
    return panel


def _require_seat(panel: Panel, by: Actor, at: datetime.datetime) -> None:
    """Who acts has a seat and is still an outsider: people change posts."""
    found = panel.seats.filter(user=by.user_id, ended_at=None).select_related("user").first()
    if found is None or by.user_id is None:
        raise work.NotSeated
    work.require_outside(panel, found.user, at)
