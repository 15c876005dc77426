"""A panel is convened, and outsiders are seated in it."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labs.models import Programme
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import notices
from people.models import Act, User
from reviews.models import Panel, PanelSeat
from reviews.services.panels import work


class BadPanel(Refused):
    message = gettext_lazy("Give the panel a name, and a first and a last day in that order.")
    code = "bad_panel"


class ProgrammeClosed(Refused):
    message = gettext_lazy("The programme is closed.")
    code = "programme_closed"


class BadSeat(Refused):
    message = gettext_lazy("Say which organisation the person comes from.")
    code = "bad_seat"


class SeatedAlready(Refused):
    message = gettext_lazy("This person has or had a seat in the panel.")
    code = "seated_already"


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
    work.record("panel.convened", panel, by, at, data, {"name": panel.name})
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
    work.hold(panel)
    work.require_outside(panel, user, at)
    if panel.seats.filter(user=user).exists():
        raise SeatedAlready(fields={"user": SeatedAlready.message})
    made = PanelSeat.objects.create(
        panel=panel, user=user, organisation=organisation.strip()[:200], mandate=mandate.strip()
    )
    event = work.record(
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
        url=work.url(panel),
        decide=True,
    )
    return made


@transaction.atomic
def unseat(*, seat: PanelSeat, by: Actor, at: datetime.datetime) -> PanelSeat:
    """End a seat; what was scored from it stays. Raises NotSeated, HasReported."""
    work.hold(seat.panel)
    if PanelSeat.objects.filter(pk=seat.pk, ended_at=None).update(ended_at=at) != 1:
        raise work.NotSeated
    seat.refresh_from_db()
    work.record("panel.unseated", seat.panel, by, at, {"seat": seat.pk, "user": seat.user_id})
    return seat
