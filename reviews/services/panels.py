"""External validation: convened, seated with outsiders, scored KPI by KPI, reported on."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal

from django.core.files.base import File
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kpis.models import Kpi
from labs.models import Programme
from ledger.models import Event
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.models import Act, User
from people.models.access import Role
from people.selectors import people
from people.services import documents
from reviews.models import Panel, PanelSeat, Validation
from reviews.rules import panels as rules
from reviews.selectors import panels as selectors


class BadPanel(Refused):
    message = gettext_lazy("Give the panel a name, and a first and a last day in that order.")
    code = "bad_panel"


class ProgrammeClosed(Refused):
    message = gettext_lazy("The programme is closed.")
    code = "programme_closed"


class NotOutside(Refused):
    message = gettext_lazy("%(who)s %(why)s, and cannot validate it from outside. Seat others.")
    code = "not_outside"

    def __init__(self, who: User, why: str) -> None:
        super().__init__(str(self.message) % {"who": who, "why": why})


class BadSeat(Refused):
    message = gettext_lazy("Say which organisation the person comes from.")
    code = "bad_seat"


class SeatedAlready(Refused):
    message = gettext_lazy("This person has or had a seat in the panel.")
    code = "seated_already"


class NotSeated(Refused):
    message = gettext_lazy("Only who has a seat in the panel does this.")
    code = "not_seated"


class HasReported(Refused):
    message = gettext_lazy("The panel has reported: its scores and seats stay as they are.")
    code = "panel_has_reported"


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
def convene(
    *,
    programme: Programme,
    name: str,
    starts_on: datetime.date,
    ends_on: datetime.date,
    by: Actor,
    at: datetime.datetime,
) -> Panel:
    """Open a panel on a programme's results of a span. Raises BadPanel, ProgrammeClosed."""
    fields = {}
    if not name.strip():
        fields["name"] = _("Give the panel a name.")
    if ends_on < starts_on:
        fields["ends_on"] = _("The last day comes after the first.")
    if fields:
        raise BadPanel(fields=fields)
    if programme.is_closed:
        raise ProgrammeClosed
    panel = Panel.objects.create(
        programme=programme,
        name=name.strip()[:200],
        starts_on=starts_on,
        ends_on=ends_on,
        at=at,
        **Act.fields_of(by),
    )
    data = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    _record("panel.convened", panel, by, at, data, {"name": panel.name})
    return panel


@transaction.atomic
def seat(
    *,
    panel: Panel,
    user: User,
    organisation: str,
    mandate: str = "",
    by: Actor,
    at: datetime.datetime,
) -> PanelSeat:
    """Give somebody from outside the programme a place.

    Raises BadSeat, NotOutside, SeatedAlready, HasReported.
    """
    if not organisation.strip():
        raise BadSeat(fields={"organisation": BadSeat.message})
    _hold(panel)
    _require_outside(panel, user, at)
    if panel.seats.filter(user=user).exists():
        raise SeatedAlready(fields={"user": SeatedAlready.message})
    made = PanelSeat.objects.create(
        panel=panel, user=user, organisation=organisation.strip()[:200], mandate=mandate.strip()
    )
    event = _record(
        "panel.seated",
        panel,
        by,
        at,
        {"seat": made.pk, "user": user.pk},
        {"organisation": organisation, "mandate": mandate},
    )
    notices.notify(
        event=event,
        recipients=[user.pk],
        title=_("You have a seat in a panel: %(panel)s.") % {"panel": panel.name},
        url=_url(panel),
        decide=True,
    )
    return made


@transaction.atomic
def unseat(*, seat: PanelSeat, by: Actor, at: datetime.datetime) -> PanelSeat:
    """End a seat; what was scored from it stays. Raises NotSeated, HasReported."""
    _hold(seat.panel)
    if PanelSeat.objects.filter(pk=seat.pk, ended_at=None).update(ended_at=at) != 1:
        raise NotSeated
    seat.refresh_from_db()
    _record("panel.unseated", seat.panel, by, at, {"seat": seat.pk, "user": seat.user_id})
    return seat


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
    _hold(panel)
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
    _record("panel.scored", panel, by, at, data, {"reason": reason}, restricted=restricted)
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
    _hold(panel)
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
        raise HasReported
    panel.refresh_from_db()
    data = {"document": document.pk if document else None}
    event = _record("panel.reported", panel, by, at, data, {"report": text})
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
        url=_url(panel),
    )
    return panel


def _hold(panel: Panel) -> None:
    """Hold the panel's row for this transaction, while it is at work."""
    opened = Panel.State.OPEN
    if Panel.objects.filter(pk=panel.pk, state=opened).update(state=opened) != 1:
        raise HasReported


def _require_seat(panel: Panel, by: Actor, at: datetime.datetime) -> None:
    """Who acts has a seat and is still an outsider: people change posts."""
    found = panel.seats.filter(user=by.user_id, ended_at=None).select_related("user").first()
    if found is None or by.user_id is None:
        raise NotSeated
    _require_outside(panel, found.user, at)


def _require_outside(panel: Panel, user: User, at: datetime.datetime) -> None:
    why = selectors.inside(panel.programme, user, at.date())
    if why:
        raise NotOutside(user, why)


def _record(
    verb: str,
    panel: Panel,
    by: Actor,
    at: datetime.datetime,
    data: Mapping[str, object],
    texts: dict[str, str] | None = None,
    *,
    restricted: bool = False,
) -> Event:
    return events.record(
        verb=verb,
        subject=panel,
        by=by,
        at=at,
        data=data,
        texts=texts or {},
        programme_id=panel.programme_id,
        restricted=restricted,
    )


def _url(panel: Panel) -> str:
    return reverse("reviews:panel", args=[panel.pk])
