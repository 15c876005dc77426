"""What a reading must be to be taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import cast
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from kpis.models import Definition, Reading, Series
from kpis.models.kpis import Kind, PartsCheck
from kpis.rules.kinds import value_problem
from kpis.rules.periods import Frequency, Period, is_complete
from kpis.rules.values import Observation, to_decimal
from kpis.selectors import locks
from kpis.selectors.locks import Lock
from labs.models import Programme
from ledger.rules.errors import Refused
from people import days


class ReadingRefused(Refused):
    """A reading that cannot be taken as it stands."""

    code = "reading"


class ProgrammeClosed(ReadingRefused):
    code = "programme_closed"
    message = _("The programme is closed: its values can be read and not changed.")


class PeriodLocked(ReadingRefused):
    """Values of the period may not change any more."""

    code = "period_locked"


class FuturePeriod(ReadingRefused):
    code = "future_period"
    message = _("The period has not ended yet. Enter its value after its last day.")


class DefinitionReplaced(ReadingRefused):
    """Fact 13: a new definition starts new series; the old ones take nothing new."""

    code = "definition_replaced"
    message = _("The KPI has a new definition since. Enter the value under that one.")


class WrongKind(ReadingRefused):
    code = "kind"


class WorkedOut(ReadingRefused):
    """A composite has no values of its own."""

    code = "composite"
    message = _(
        "This KPI is worked out from its components. Enter the values of those; its own follows."
    )


IMPOSSIBLE = {
    "count": _("A count is a whole number, zero or more."),
    "milestone": _("A milestone is done (1) or not done (0), and nothing between."),
    "rank": _("A rank is a whole number from 1 on."),
    "share": _("A share of the whole lies from 0 to 100."),
}


def business_date(programme: Programme, at: datetime) -> date:
    """The day it is in the programme's time zone."""
    return at.astimezone(ZoneInfo(programme.time_zone)).date()


def programme_of(series: Series) -> Programme:
    programme: Programme = series.definition.kpi.area.programme
    return programme


def check_open(series: Series) -> None:
    """Raises ProgrammeClosed."""
    check_programme_open(programme_of(series))


def check_programme_open(programme: Programme) -> None:
    """Raises ProgrammeClosed."""
    if programme.is_closed:
        raise ProgrammeClosed


def hold_programmes(programme_ids: Iterable[int]) -> list[Lock]:
    """As ``hold``, for those who write nothing in a closed programme. Raises ProgrammeClosed."""
    wanted = sorted(set(programme_ids))
    if any(closed_at is not None for closed_at in _held(wanted)):
        raise ProgrammeClosed
    return locks.locks_of(wanted)


def hold(programme_ids: Iterable[int]) -> list[Lock]:
    """Keep programmes and their locks as they are until the transaction ends; the locks in force.

    Whoever writes values asks this first: somebody who locks a period, or closes the
    programme, waits for them, and comes before all that ask later. Two queries.
    """
    wanted = sorted(set(programme_ids))
    _held(wanted)
    return locks.locks_of(wanted)


def _held(programme_ids: list[int]) -> list[object]:
    """Since when each of the programmes is closed; none changes until the transaction ends."""
    if not programme_ids:
        return []
    rows = Programme.objects.filter(pk__in=programme_ids).order_by("pk").values_list("closed_at")
    sql, params = rows.query.sql_with_params()
    if connection.vendor == "postgresql":  # a transaction of SQLite is alone from its start
        sql += " FOR SHARE"
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [closed_at for (closed_at,) in cursor.fetchall()]


def check_unlocked(series: Series, period: Period) -> None:
    """That a period is not locked, now and until the transaction ends. Raises PeriodLocked."""
    check_all_unlocked({0: (series, period)}, of=1)


def check_all_unlocked(places: Mapping[int, tuple[Series, Period]], *, of: int) -> None:
    """The same for the places of many rows, by the number of the row, ``of`` so many.

    Three queries. Raises PeriodLocked.
    """
    held = hold_programmes({programme_of(series).pk for series, _period in places.values()})
    if not held:
        return
    found = {
        number: lock
        for number, (series, period) in places.items()
        if (lock := locks.lock_on(held, series.definition.kpi_id, period.end)) is not None
    }
    if found:
        numbers = ", ".join(str(number) for number in list(found)[:20])
        first = next(iter(found.values()))
        raise PeriodLocked(locked_because(first, numbers if of > 1 else ""))


def locked_because(lock: Lock, items: str = "") -> str:
    """Which days are locked, since when, by whom and why, and whom to ask."""
    said = _(
        "Values of periods that end from %(first)s to %(last)s are locked since %(since)s, by"
        " %(who)s: %(reason)s Ask the delivery unit to lift the lock if a value must change."
    ) % {
        "first": days.in_words(lock.first),
        "last": days.in_words(lock.last),
        "since": days.in_words(lock.at),
        "who": lock.who or _("the system"),
        "reason": _sentence(lock.reason),
    }
    if not items:
        return said
    counted = _("Items concerned, counted from 0: %(items)s.") % {"items": items}
    return f"{said} {counted}"


def _sentence(text: str) -> str:
    """A reason as people type it, with a stop at its end."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def check_definitions(series: Iterable[Series]) -> None:
    """No new values under a definition that was replaced (one query). Raises DefinitionReplaced."""
    newer = Definition.objects.filter(kpi=OuterRef("kpi"), version__gt=OuterRef("version"))
    wanted = {one.definition_id for one in series}
    if Definition.objects.filter(Exists(newer), pk__in=wanted).exists():
        raise DefinitionReplaced


def check_period(series: Series, period: Period, at: datetime) -> None:
    """A period has a value once it is over. Raises FuturePeriod."""
    if period.end >= business_date(programme_of(series), at):
        raise FuturePeriod(fields={"period": str(FuturePeriod.message)})


def check_observation(
    series: Series, observation: Observation, *, worked_out: bool = False
) -> None:
    """Digits that every database keeps, and a number that the KPI's kind can have.

    ``worked_out``: a value that was worked out from components, which alone a
    composite takes. Raises NumberRefused, WrongKind or WorkedOut.
    """
    if series.definition.composition and not worked_out:
        raise WorkedOut
    for name in ("value", "high", "numerator", "denominator"):
        number = getattr(observation, name)
        if number is not None:
            to_decimal(number, field=name)
    is_ratio = observation.numerator is not None
    definition = series.definition
    if definition.kind == Kind.RATIO and not is_ratio:
        message = _("This KPI is a ratio: give numerator and denominator, not the value alone.")
        raise WrongKind(message, fields={"numerator": str(message)})
    if definition.kind != Kind.RATIO and is_ratio:
        message = _("This KPI is a number: give its value, without numerator and denominator.")
        raise WrongKind(message, fields={"value": str(message)})
    if is_ratio and observation.scale != definition.scale:
        raise WrongKind(_("The ratio was worked out on another scale than the KPI's."))
    code = value_problem(
        definition.kind,
        observation.comparator,
        (observation.value, observation.high),
        definition.parts_check == PartsCheck.HUNDRED,
    )
    if code is not None:
        place = "numerator" if is_ratio else "value"
        raise WrongKind(IMPOSSIBLE[code], fields={place: str(IMPOSSIBLE[code])})


def check_state(state: str) -> None:
    if state not in Reading.State.values:
        message = _("Say whether the value is provisional or final.")
        raise ReadingRefused(message, fields={"state": str(message)})


def complete(series: Series, period: Period) -> bool:
    """Whether the period is one of the KPI's own; only such enter rules."""
    frequency = frequency_of(series.definition)
    return is_complete(period, frequency, programme_of(series).fiscal_year_start)


def frequency_of(definition: Definition) -> Frequency:
    """The frequency as the rules take it."""
    return cast("Frequency", definition.frequency)


def is_restricted(series: Series) -> bool:
    """Whether the KPI is kept to named forums (one query)."""
    return bool(series.definition.kpi.restricted_to.exists())
