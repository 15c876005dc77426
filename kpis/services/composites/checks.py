"""What a composite may be made of."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kpis.models import Definition, Kpi
from kpis.rules.composites import leads_back
from kpis.selectors import composites, kpis
from ledger.rules.errors import Refused


class ComponentsRefused(Refused):
    """Components that cannot make a composite."""

    code = "components"


class CircularComposite(ComponentsRefused):
    """A composite would be worked out from itself."""

    code = "circular_composite"


def check_components(kpi: Kpi | None, component_ids: Iterable[int], *, frequency: str = "") -> None:
    """Whether a KPI can be worked out from these KPIs. Three queries.

    ``kpi`` None: it is not there yet. ``frequency`` is that of the definition to come; the
    components' must be the same, so that they share periods. Raises ComponentsRefused,
    CircularComposite.
    """
    wanted = list(dict.fromkeys(component_ids))
    if not wanted:
        raise _refused(_("Choose at least one component."))
    found = {
        one.kpi_id: one
        for one in kpis.newest_definitions()
        .filter(kpi__in=wanted)
        .select_related("kpi__area__programme")
    }
    if len(found) < len(wanted):
        raise _refused(_("A component does not exist. Choose from the KPIs offered."))
    for one in found.values():
        _check_one(one, kpi, frequency)
    if kpi is not None:
        _check_round(kpi, wanted, found)


def _check_one(part: Definition, kpi: Kpi | None, frequency: str) -> None:
    said = {"kpi": part.kpi.name, "frequency": part.get_frequency_display()}
    if part.kpi.retired_on is not None:
        raise _refused(_("%(kpi)s has ended. Choose another component.") % said)
    if frequency and part.frequency != frequency:
        raise _refused(
            _(
                "%(kpi)s is reported %(frequency)s. Choose components that are reported"
                " as often as the composite."
            )
            % said
        )
    if kpi is not None and _calendar(part.kpi) != _calendar(kpi):
        raise _refused(
            _("The fiscal year of %(kpi)s starts in another month. Choose another component.")
            % said
        )


def _calendar(kpi: Kpi) -> int:
    return int(kpi.area.programme.fiscal_year_start)


def _check_round(kpi: Kpi, wanted: list[int], found: dict[int, Definition]) -> None:
    chain = leads_back(kpi.pk, wanted, composites.edges())
    if not chain:
        return
    first = found[chain[0]].kpi
    itself = _("A KPI cannot be a component of itself. Choose other components.")
    other = _(
        "%(first)s is itself worked out from %(kpi)s, so each would wait for the other."
        " Choose other components."
    ) % {"first": first.name, "kpi": kpi.name}
    message = str(itself if first == kpi else other)
    raise CircularComposite(message, fields={"components": message})


def _refused(message: object) -> ComponentsRefused:
    return ComponentsRefused(str(message), fields={"components": str(message)})
