"""KPIs: who may see which, and what their lists and gates show."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from forums.selectors import members
from kpis.models import Definition, HandStatus, Hold, Kpi, Series, SeriesStatus, Target
from kpis.models.targets import Status
from labs.models import Programme
from labs.selectors import programmes
from people.selectors import people

TOTAL = "total"


def readable(user: Any, on: date) -> QuerySet[Kpi]:
    """The KPIs ``user`` may see by name on the day (fact 8).

    Readers of the programme; whoever owns or verifies a KPI always sees it. A
    restricted one only those two, who takes part in the forums it is restricted to,
    the delivery unit and auditors: everybody else sees it in counts.
    """
    if not getattr(user, "is_authenticated", False):
        return Kpi.objects.none()
    if people.is_delivery_unit(user) or people.is_auditor(user):
        return Kpi.objects.all()  # they read every programme
    posts = people.post_ids_of(user, on)
    within = Q(area__programme__in=programmes.readable_ids(user, on))
    named = Kpi.restricted_to.through.objects.filter(kpi=OuterRef("pk"))
    open_to = ~Exists(named) | Exists(named.filter(forum__in=members.forum_ids_of(user, on)))
    return Kpi.objects.filter((within & open_to) | Q(owner__in=posts) | Q(verifier__in=posts))


def hidden_count(user: Any, on: date, programme: Programme) -> int:
    """How many KPIs of a programme are restricted and not for this user."""
    everything = Kpi.objects.filter(area__programme=programme, retired_on=None)
    return everything.exclude(pk__in=readable(user, on).values("pk")).count()


def with_context(kpis: QuerySet[Kpi]) -> QuerySet[Kpi]:
    """KPIs with area, programme, owner and verifier."""
    return kpis.select_related(
        "area__programme",
        "area__lead",
        "area__home_forum",
        "owner__organisation",
        "verifier__organisation",
        "quality_pair",
    )


def listed(
    user: Any,
    on: date,
    *,
    programme: Programme | None = None,
    area: int | None = None,
    status: str = "",
    text: str = "",
) -> QuerySet[Kpi]:
    """The rows of the index page, in a constant number of queries.

    Each has ``unit``, ``direction``, ``frequency``, ``status`` (as it is shown of the total),
    ``status_worked_out``, ``status_by_hand``, ``status_period_end``, ``status_value``,
    ``status_target``, ``open_deviations`` and ``held``.
    """
    newest = newest_definitions().filter(kpi=OuterRef("pk"))
    total = SeriesStatus.objects.filter(
        series__definition__in=newest_definitions(), series__cell__key=TOTAL
    ).filter(series__definition__kpi=OuterRef("pk"))
    found = with_context(readable(user, on)).annotate(
        unit=newest.values("unit")[:1],
        direction=newest.values("direction")[:1],
        frequency=newest.values("frequency")[:1],
        status_worked_out=total.values("status")[:1],
        status_by_hand=_by_hand().values("status")[:1],
        status=_shown(),
        status_period_start=total.values("period_start")[:1],
        status_period_end=total.values("period_end")[:1],
        status_value=total.values("value")[:1],
        status_target=total.values("target")[:1],
        open_deviations=Count(
            "definitions__series__deviations",
            filter=Q(definitions__series__deviations__closed_at=None),
            distinct=True,
        ),
        held=Exists(Hold.objects.filter(kpi=OuterRef("pk"), lifted_at=None)),
    )
    if programme is not None:
        found = found.filter(area__programme=programme)
    if area is not None:
        found = found.filter(area=area)
    if status:
        found = found.filter(status=status)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__icontains=text))
    return found.order_by("area__programme__name", "area__position", "area__name", "name")


def _by_hand() -> QuerySet[HandStatus]:
    """What stands by hand on the total of the KPI of the outer query."""
    return HandStatus.objects.filter(
        lapsed_at=None,
        series__cell__key=TOTAL,
        series__definition__in=newest_definitions(),
        series__definition__kpi=OuterRef("pk"),
    )


def _shown() -> Case:
    """kpis.rules.by_hand.shown, in the database."""
    hidden = Q(status_worked_out=Status.MISSING, status_by_hand=Status.ON_TRACK)
    return Case(
        When(hidden, then=F("status_worked_out")),
        default=Coalesce(F("status_by_hand"), F("status_worked_out")),
    )


def newest_definitions() -> QuerySet[Definition]:
    """The newest version of each KPI's definition."""
    newer = Definition.objects.filter(kpi=OuterRef("kpi"), version__gt=OuterRef("version"))
    return Definition.objects.filter(~Exists(newer))


def definition_of(kpi: Kpi) -> Definition:
    """The newest version of what the KPI means."""
    return kpi.definitions.select_related("kpi__area__programme").order_by("-version")[0]


def series_of(kpi: Kpi) -> QuerySet[Series]:
    """The series of the newest definition, the total first, each with its status."""
    return (
        with_series_context(Series.objects.filter(definition=definition_of(kpi)))
        .select_related("status")
        .order_by(Case(When(cell__key=TOTAL, then=Value(0)), default=Value(1)), "cell__key")
    )


def with_series_context(series: QuerySet[Series]) -> QuerySet[Series]:
    """Series with all that recording a value asks for."""
    return series.select_related("cell", "definition__kpi__area__programme")


def for_goals(goal_keys: Iterable[UUID]) -> QuerySet[Kpi]:
    """The KPIs of these goals with ``direction`` and ``has_target``, for the plan's page and gate."""
    newest = newest_definitions().filter(kpi=OuterRef("pk"))
    targets = Target.objects.filter(
        series__definition__kpi=OuterRef("pk"),
        series__definition__in=newest_definitions(),
        until_change=None,
    )
    return (
        with_context(Kpi.objects.filter(goal_key__in=list(goal_keys), retired_on=None))
        .annotate(
            direction=newest.values("direction")[:1],
            unit=newest.values("unit")[:1],
            has_target=Exists(targets),
        )
        .order_by("goal_key", "code")
    )
