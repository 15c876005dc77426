"""Reading what is posted: strictly, with a message for each field of each item."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from kpis import permissions
from kpis.models import Definition, Deviation
from kpis.models.kpis import Kind
from kpis.rules.periods import parse_date, parse_period
from kpis.rules.values import COMPARATORS, Observation, to_decimal
from kpis.selectors import kpis
from kpis.services.readings import Incoming, Outcome
from kpis.services.series import normal
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post
from people.selectors import people
from people.selectors.actors import acting

MOST = 1000
NUMBERS = ("value", "high", "numerator", "denominator")


class ReadingInput(serializers.Serializer[Any]):
    """One value. Numbers are strings: "41.3"."""

    kpi = serializers.CharField(max_length=60, help_text="The KPI's code")
    cell = serializers.CharField(
        max_length=200, default="total", help_text="total, or dimension=code[;…]"
    )
    period = serializers.CharField(
        max_length=60, help_text="2018, 2018-03, 2018-Q1, 2018-W07 or 2018-03-01/2018-03-31"
    )
    comparator = serializers.ChoiceField(choices=COMPARATORS, default="=")
    value = serializers.CharField(required=False, allow_null=True)
    high = serializers.CharField(required=False, allow_null=True)
    numerator = serializers.CharField(required=False, allow_null=True)
    denominator = serializers.CharField(required=False, allow_null=True)
    state = serializers.ChoiceField(choices=["provisional", "final"], default="final")
    source = serializers.CharField(max_length=500)  # type: ignore[assignment]
    vintage = serializers.CharField(required=False, allow_null=True, help_text="A date")
    note = serializers.CharField(required=False, allow_blank=True, max_length=2000, default="")


class TakenReading(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    created = serializers.BooleanField()


class Taken(serializers.Serializer[Any]):
    """What became of the items, in their order, and what is open on their series."""

    created = serializers.IntegerField()
    already = serializers.IntegerField()
    readings = TakenReading(many=True)
    deviations = serializers.ListField(child=serializers.IntegerField())


def read(data: Any, user: Any, on: date) -> tuple[list[Incoming], Actor]:
    """The items and who sends them. Raises ValidationError, PermissionDenied."""
    many = isinstance(data, list)
    given = data if many else [data]
    if not 1 <= len(given) <= MOST:
        raise ValidationError([_("Send from 1 to 1,000 items.")])
    problems: dict[str, list[str]] = {}
    fields = [_fields(item, _place(many, n), problems) for n, item in enumerate(given)]
    definitions = _definitions(fields, user, on, many, problems)
    items = []
    for n, one in enumerate(fields):
        definition = definitions.get(one.get("kpi", ""))
        if definition is not None and one:
            items.append(_item(one, definition, _place(many, n), problems))
    if problems:
        raise ValidationError(problems)
    found = [item for item in items if item is not None]
    return found, acting(user, _common_post(user, found, on))


def taken(outcome: Outcome) -> dict[str, Any]:
    """The answer to a post."""
    made = {reading.pk for reading in outcome.created}
    shown = []
    for reading in outcome.order:
        assert reading is not None
        shown.append({"id": reading.pk, "created": reading.pk in made})
        made.discard(reading.pk)
    series = {reading.series_id for reading in outcome.order if reading is not None}
    open_now = Deviation.objects.filter(series__in=series, closed_at=None).order_by("pk")
    return {
        "created": len(outcome.created),
        "already": len(outcome.already),
        "readings": shown,
        "deviations": list(open_now.values_list("pk", flat=True)),
    }


def _place(many: bool, number: int) -> str:
    return f"{number}." if many else ""


def _fields(item: Any, place: str, problems: dict[str, list[str]]) -> dict[str, Any]:
    """The item's fields by the serializer; {} and problems when they do not hold."""
    if isinstance(item, Mapping):
        unknown = [name for name in item if name not in ReadingInput().fields]
        for name in unknown:
            problems[f"{place}{name}"] = [_("There is no such field; leave it out.")]
    serializer = ReadingInput(data=item)
    if not serializer.is_valid():
        for name, messages in serializer.errors.items():
            problems[f"{place}{name}"] = [str(message) for message in messages]
        return {}
    return dict(serializer.validated_data)


def _definitions(
    fields: list[dict[str, Any]],
    user: Any,
    on: date,
    many: bool,
    problems: dict[str, list[str]],
) -> dict[str, Definition]:
    """The newest definitions by KPI code, of those the user may send values of."""
    codes = {one["kpi"] for one in fields if one}
    rows = kpis.newest_definitions().filter(kpi__code__in=codes)
    found = {d.kpi.code: d for d in rows.select_related("kpi__area__programme")}
    may = permissions.sendable(user, (d.kpi for d in found.values()), on=on)
    barred = {code: d.kpi_id for code, d in found.items() if d.kpi_id not in may}
    if barred:
        readable = kpis.readable(user, on).filter(pk__in=barred.values())
        if readable.exists():
            raise PermissionDenied
    known = {code: d for code, d in found.items() if code not in barred}
    for n, one in enumerate(fields):
        if one and one["kpi"] not in known:
            problems[f"{_place(many, n)}kpi"] = [_("There is no KPI with this code.")]
    return known


def _item(
    fields: dict[str, Any], definition: Definition, place: str, problems: dict[str, list[str]]
) -> Incoming | None:
    try:
        vintage = fields.get("vintage")
        return Incoming(
            definition=definition,
            cell=normal(fields["cell"]),
            period=parse_period(
                fields["period"],
                definition.frequency,  # type: ignore[arg-type]
                definition.kpi.area.programme.fiscal_year_start,
            ),
            observation=_observation(fields, definition),
            source=fields["source"],
            state=fields["state"],
            vintage=parse_date(vintage, field="vintage") if vintage else None,
            note=fields["note"],
        )
    except Refused as refusal:
        for name, message in (refusal.fields or {"value": str(refusal)}).items():
            problems[f"{place}{name}"] = [str(message)]
        return None


def _observation(fields: dict[str, Any], definition: Definition) -> Observation:
    """The observation as the rules take it. Raises NumberRefused."""
    numbers = {
        name: to_decimal(fields[name], field=name)
        for name in NUMBERS
        if fields.get(name) not in (None, "")
    }
    above, below = numbers.get("numerator"), numbers.get("denominator")
    if definition.kind == Kind.RATIO and above is not None and below is not None:
        return Observation.ratio(above, below, Decimal(definition.scale), fields["comparator"])
    return Observation(
        fields["comparator"], numbers.get("value"), numbers.get("high"), above, below
    )


def _common_post(user: Any, items: list[Incoming], on: date) -> Post | None:
    """The post in which the user sends all of the items, if it is one and theirs."""
    owners = {item.definition.kpi.owner_id for item in items}
    if len(owners) != 1:
        return None
    return next((post for post in people.posts_of(user, on) if post.pk in owners), None)
