"""External validation: panels, who may sit in them, and the two scores side by side."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from kpis.models import Kpi
from kpis.selectors import kpis
from labs.models import Programme, ResultArea
from labs.selectors import programmes
from people.models import User
from people.selectors import people
from reviews.models import Panel, PanelSeat, Validation
from reviews.rules import panels as rules
from reviews.selectors import reported
from reviews.selectors.reported import Reported


def readable(user: Any, on: datetime.date) -> QuerySet[Panel]:
    """Panels of programmes the user may read, and those they sit in."""
    seated = PanelSeat.objects.filter(panel=OuterRef("pk"), user=user.pk)
    return Panel.objects.filter(
        Q(programme__in=programmes.readable_ids(user, on)) | Exists(seated)
    ).select_related("programme", "document", "by_user", "by_post__organisation", "reported_by")


def seat_of(user: Any, panel: Panel) -> PanelSeat | None:
    """The user's open seat in the panel."""
    return panel.seats.filter(user=user.pk, ended_at=None).first()


def seats(panel: Panel) -> QuerySet[PanelSeat]:
    """Everybody who sits or sat in it."""
    return panel.seats.select_related("user").order_by("ended_at", "pk")


def inside(programme: Programme, user: User, on: datetime.date) -> str:
    """Why the user is no outsider to the programme; "" for one who is.

    Whoever works where an area is led or a KPI is owned or verified, and the delivery unit.
    """
    if people.is_delivery_unit(user):
        return _("is of the delivery unit")
    own = people.organisation_ids_of(user, on)
    if ResultArea.objects.filter(programme=programme, lead__in=own).exists():
        return _("works where a result area of the programme is led")
    of_kpis = Kpi.objects.filter(area__programme=programme, retired_on=None)
    if of_kpis.filter(Q(owner__organisation__in=own) | Q(verifier__organisation__in=own)).exists():
        return _("works where a KPI of the programme is owned or verified")
    return ""


def to_validate(panel: Panel, user: Any, on: datetime.date) -> QuerySet[Kpi]:
    """The KPIs of the programme that the user may see in this panel, by area and name.

    Who sits in it sees every one that is not restricted, reader of the programme or not.
    """
    found = Kpi.objects.filter(area__programme=panel.programme_id).exclude(
        retired_on__lt=panel.starts_on
    )
    may = Q(pk__in=kpis.readable(user, on).values("pk"))
    if PanelSeat.objects.filter(panel=panel, user=user.pk).exists():
        may |= Q(restricted_to=None)
    ids = found.filter(may).values("pk")
    return (
        Kpi.objects.filter(pk__in=ids)
        .select_related("area", "owner__organisation")
        .order_by("area__position", "area__name", "name", "pk")
    )


@dataclass(frozen=True)
class Line:
    """One KPI: as it is reported, as it was validated, and how the two differ."""

    kpi: Kpi
    now: Reported | None
    validation: Validation | None

    @property
    def reported(self) -> Decimal | None:
        """As frozen when the panel scored, else as it stands now."""
        if self.validation is not None:
            return self.validation.reported
        return self.score_now

    @property
    def score_now(self) -> Decimal | None:
        """What the programme reports now."""
        return self.now.score if self.now else None

    @property
    def compared(self) -> rules.Compared:
        validated = self.validation.validated if self.validation else None
        return rules.compare(self.reported, validated, scored=self.validation is not None)


@dataclass(frozen=True)
class Page:
    """A panel with every KPI the reader may see in it."""

    panel: Panel
    lines: list[Line]
    seats: list[PanelSeat]
    hidden: int

    @property
    def waiting(self) -> int:
        """How many KPIs nobody has scored."""
        return sum(line.validation is None for line in self.lines)

    @property
    def differing(self) -> int:
        """How many were reported otherwise than they were validated."""
        return sum(line.compared.verdict in (rules.OVER, rules.UNDER) for line in self.lines)


def page(panel: Panel, user: Any, on: datetime.date) -> Page:
    """The side-by-side of a panel, in a fixed number of queries."""
    every = Kpi.objects.filter(area__programme=panel.programme_id).exclude(
        retired_on__lt=panel.starts_on
    )
    found = list(to_validate(panel, user, on))
    newest = _newest([panel.pk])
    now = reported.of([kpi.pk for kpi in found], panel.starts_on, panel.ends_on)
    return Page(
        panel=panel,
        lines=[Line(kpi, now.get(kpi.pk), newest.get((panel.pk, kpi.pk))) for kpi in found],
        seats=list(seats(panel)),
        hidden=every.count() - len(found),
    )


def line(panel: Panel, kpi: Kpi) -> Line:
    """One KPI of a panel."""
    now = reported.of([kpi.pk], panel.starts_on, panel.ends_on)
    return Line(kpi, now.get(kpi.pk), _newest([panel.pk]).get((panel.pk, kpi.pk)))


def _newest(panels: Iterable[int]) -> dict[tuple[int, int], Validation]:
    """The newest score by panel and KPI."""
    rows = Validation.objects.filter(panel__in=list(panels)).select_related(
        "by_user", "by_post__organisation"
    )
    return {(row.panel_id, row.kpi_id): row for row in rows.order_by("at", "pk")}


@dataclass(frozen=True)
class Waiting:
    """A panel that waits for its members: so many KPIs to score, or its report."""

    panel: Panel
    count: int


def waiting_for(user: Any, on: datetime.date) -> list[Waiting]:
    """Open panels in which the user sits, with how many KPIs nobody has scored. Three queries."""
    seated = PanelSeat.objects.filter(panel=OuterRef("pk"), user=user.pk, ended_at=None)
    rows = Panel.objects.filter(Exists(seated), state=Panel.State.OPEN)
    found = list(rows.select_related("programme").order_by("ends_on", "pk"))
    if not found:
        return []
    of_programme: dict[int, list[tuple[int, datetime.date | None]]] = {}
    open_ones = Kpi.objects.filter(
        Q(restricted_to=None) | Q(pk__in=kpis.readable(user, on).values("pk")),
        area__programme__in=[panel.programme_id for panel in found],
    )
    for programme, pk, retired in open_ones.values_list(
        "area__programme", "pk", "retired_on"
    ).distinct():
        of_programme.setdefault(programme, []).append((pk, retired))
    scored = set(_newest(panel.pk for panel in found))
    return [
        Waiting(
            panel,
            sum(
                (panel.pk, pk) not in scored and (retired is None or retired >= panel.starts_on)
                for pk, retired in of_programme.get(panel.programme_id, [])
            ),
        )
        for panel in found
    ]


@dataclass(frozen=True)
class Note:
    """What panels said of a KPI, for its page. Scores in per cent of the target."""

    panel: str
    url: str
    ends_on: datetime.date
    reported: Decimal | None
    validated: Decimal | None
    verdict: str


def notes_on(kpi: Kpi, user: Any, on: datetime.date) -> list[Note]:
    """Scores by panels that have reported, newest first (asked by kpis, see KPI_NOTES)."""
    rows = (
        Validation.objects.filter(kpi=kpi, panel__state=Panel.State.REPORTED)
        .select_related("panel")
        .order_by("at", "pk")
    )
    newest = {row.panel_id: row for row in rows}
    if not newest:
        return []
    open_to = set(readable(user, on).filter(pk__in=newest).values_list("pk", flat=True))
    ordered = sorted(newest.values(), key=lambda row: (row.panel.ends_on, row.pk), reverse=True)
    return [
        Note(
            panel=row.panel.name,
            url=reverse("reviews:panel", args=[row.panel_id]) if row.panel_id in open_to else "",
            ends_on=row.panel.ends_on,
            reported=row.reported,
            validated=row.validated,
            verdict=rules.compare(row.reported, row.validated, scored=True).verdict,
        )
        for row in ordered
    ]
