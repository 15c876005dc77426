"""Breakdowns: the parts of a KPI, and what a programme can be broken down by."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.text import slugify

from kpis.models import Dimension, Kpi, Member, Series
from kpis.selectors import kpis
from labs.models import Programme, ResultArea, Seat
from people.models import Organisation

LONGEST = 60


def parts(kpi: Kpi) -> QuerySet[Series]:
    """The parts of the definition in use with their members, by label. Three queries when read."""
    return (
        Series.objects.filter(definition=kpis.definition_of(kpi))
        .exclude(cell__key=kpis.TOTAL)
        .select_related("cell")
        .prefetch_related("cell__members__member__dimension")
        .order_by("cell__label", "cell__key")
    )


def members_of(series: Series) -> list[Member]:
    """What a part is cut by, in the order of the dimensions' names."""
    rows = series.cell.members.select_related("member__dimension")
    return [row.member for row in rows.order_by("member__dimension__name")]


def dimensions(programme: Programme) -> QuerySet[Dimension]:
    """What KPIs of the programme are broken down by."""
    return Dimension.objects.filter(programme=programme).order_by("name")


def known_members(programme: Programme, dimension: str) -> QuerySet[Member]:
    """The members of a dimension that any KPI of the programme has."""
    return Member.objects.filter(
        dimension__programme=programme, dimension__name=dimension
    ).order_by("name")


def organisations(programme: Programme) -> QuerySet[Organisation]:
    """Those that lead an area, sit in a lab, or own a KPI of the programme."""
    leads = ResultArea.objects.filter(programme=programme).values("lead")
    seated = Seat.objects.filter(lab__area__programme=programme).values("organisation")
    owning = Kpi.objects.filter(area__programme=programme).values("owner__organisation")
    return Organisation.objects.filter(
        Q(pk__in=leads) | Q(pk__in=seated) | Q(pk__in=owning.exclude(owner=None))
    ).order_by("name")


def code_of(organisation: Organisation) -> str:
    """A lasting code for an organisation as a part: its short name, and its number."""
    slug = slugify(organisation.short_name or organisation.name, allow_unicode=True)
    number = str(organisation.pk)
    return f"{slug[: LONGEST - len(number) - 1]}-{number}"
