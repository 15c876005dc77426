"""What a composite KPI is worked out from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from kpis.models import Component, Definition, Kpi
from kpis.rules.values import to_text
from kpis.selectors import kpis as selectors
from kpis.services.kpis.checks import KpiRefused
from labs.models import ResultArea

Part = tuple[Kpi, Decimal]
LARGEST = Decimal(100_000)
PLACES = Decimal("0.0001")


def check(
    *, kpi: Kpi | None, area: ResultArea, composition: str, frequency: str, parts: Sequence[Part]
) -> None:
    """Whether a KPI may be worked out from these. ``kpi`` is None while it is new.

    Raises KpiRefused for components without a composite and the other way round, twice
    the same, of another programme or frequency, for one that has ended, for weights
    that say nothing, and for circles.
    """
    if not composition and parts:
        raise _refused(_("Say how the value is worked out from the components."), "composition")
    if not composition:
        return
    if not parts:
        raise _refused(_("Choose the KPIs that it is worked out from."))
    if len({part.pk for part, _weight in parts}) < len(parts):
        raise _refused(_("Name each component once."))
    if any(part.area.programme_id != area.programme_id for part, _weight in parts):
        raise _refused(_("The components must belong to the same programme."))
    if any(part.retired_on is not None for part, _weight in parts):
        raise _refused(_("A component has ended. Choose KPIs that are still reported."))
    _check_weights([weight for _part, weight in parts], composition)
    _check_frequency(frequency, parts)
    _check_circles(kpi, parts)


def write(*, definition: Definition, parts: Iterable[Part]) -> None:
    """The components of a new definition."""
    Component.objects.bulk_create(
        Component(definition=definition, kpi=part, weight=weight) for part, weight in parts
    )


def of(definition: Definition) -> list[Part]:
    """The components of a definition with their weights."""
    rows = definition.components.select_related("kpi__area")
    return [(row.kpi, row.weight) for row in rows]


def plain(parts: Iterable[Part]) -> list[list[object]]:
    """Components as an event holds them: ids and weights."""
    return [[part.pk, to_text(weight)] for part, weight in parts]


def _check_weights(weights: Sequence[Decimal], composition: str) -> None:
    for weight in weights:
        if weight == 0 or abs(weight) > LARGEST or weight != weight.quantize(PLACES):
            raise _refused(
                _("Give each component a weight other than 0, with four decimal places at most.")
            )
    if composition == "weighted" and sum(weights) == 0:
        raise _refused(_("The weights of an average must not add up to 0."))


def _check_frequency(frequency: str, parts: Sequence[Part]) -> None:
    """A period of the composite is one period of each component."""
    ids = [part.pk for part, _weight in parts]
    found = selectors.newest_definitions().filter(kpi__in=ids)
    if any(each != frequency for each in found.values_list("frequency", flat=True)):
        raise _refused(_("The components must be reported as often as the composite."))


def _check_circles(kpi: Kpi | None, parts: Sequence[Part]) -> None:
    """Whether the KPI would be worked out from itself, one query for each step down."""
    if kpi is None:
        return
    ids, seen = {part.pk for part, _weight in parts}, set[int]()
    while ids - seen:
        if kpi.pk in ids:
            raise _refused(_("The KPI would be worked out from itself. Leave that one out."))
        seen |= ids
        newest = selectors.newest_definitions().filter(kpi__in=ids).exclude(composition="")
        rows = Component.objects.filter(definition__in=newest)
        ids = set(rows.values_list("kpi_id", flat=True))


def _refused(message: object, field: str = "components") -> KpiRefused:
    return KpiRefused(message, fields={field: str(message)})
