"""What happens to a reading after it was recorded: each is a further row."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import LiveReading, Reading, Retraction, Verification
from kpis.rules.periods import Period
from kpis.rules.separation import Hands, same_hand
from kpis.rules.values import Observation
from kpis.selectors import hands
from kpis.services import tracks
from kpis.services.readings import checks, sides
from kpis.services.readings.after import (
    NotLive,
    ReasonMissing,
    after,
    check_reason,
    record_event,
)
from kpis.services.readings.rows import FINAL, PROVISIONAL, ReadingRow, content_of
from ledger.rules.actors import Actor
from people.models import Act


class NothingChanged(checks.ReadingRefused):
    code = "nothing_changed"
    message = _("This is the value that is there already. Enter another one to correct it.")


class NotProvisional(checks.ReadingRefused):
    code = "not_provisional"
    message = _("This value is final already. Correct it if it is wrong.")


class OwnReading(checks.ReadingRefused):
    """Fact 9: nobody verifies what they entered."""

    code = "own_reading"
    message = _("Nobody verifies what they entered. Ask somebody else to verify this value.")


class AlreadyVerified(checks.ReadingRefused):
    code = "already_verified"
    message = _("This value is verified already.")


def correct(
    *,
    reading: Reading,
    observation: Observation,
    reason: str,
    state: str = FINAL,
    vintage: date | None = None,
    by: Actor,
    at: datetime,
) -> Reading:
    """Supersede a live reading; the old row stays and the pointer moves.

    Raises NotLive when somebody corrected or retracted it first, NothingChanged,
    ReasonMissing, PeriodLocked, or what a new reading is refused for.
    """
    row = _row(reading, observation, state, vintage, reason)
    with transaction.atomic():
        check_reason(reason)
        if content_of(reading) == row.content:
            raise NothingChanged
        return _replace(reading, row, "reading.corrected", by, at)


def finalise(
    *,
    reading: Reading,
    observation: Observation | None = None,
    reason: str = "",
    vintage: date | None = None,
    by: Actor,
    at: datetime,
) -> Reading:
    """Say that a provisional value is final: as it stands, or with what came out in the end.

    A further row supersedes the provisional one, which stays readable; only another
    value needs a reason. Raises NotProvisional, and what ``correct`` raises.
    """
    seen = observation if observation is not None else _seen(reading)
    row = _row(reading, seen, FINAL, vintage or reading.vintage, reason)
    with transaction.atomic():
        if reading.state != PROVISIONAL:
            raise NotProvisional
        if row.content[:-1] != content_of(reading)[:-1]:
            check_reason(reason)
        return _replace(reading, row, "reading.finalised", by, at)


def retract(*, reading: Reading, reason: str, by: Actor, at: datetime) -> Retraction:
    """Take a live reading back. Another source of the period, if any, counts from then on.

    Raises NotLive, PeriodLocked or ReasonMissing.
    """
    with transaction.atomic():
        check_reason(reason)
        checks.check_open(reading.series)
        checks.check_unlocked(reading.series, _period(reading))
        if not LiveReading.objects.filter(reading=reading).delete()[0]:
            raise NotLive
        retraction = Retraction.objects.create(
            reading=reading, reason=reason.strip(), at=at, **Act.fields_of(by)
        )
        sides.promote(reading)
        after(reading, "reading.retracted", by, at, reason)
        return retraction


def verify(*, reading: Reading, note: str = "", by: Actor, at: datetime) -> Verification:
    """Confirm a live reading that somebody else entered; possible in a locked period too.

    Looks at user, principal and post, whoever holds it (fact 9). Raises OwnReading, NotLive or
    AlreadyVerified.
    """
    with transaction.atomic():
        checks.check_open(reading.series)
        behind = hands.behind(reading, at.date())
        if same_hand(_hands(reading), _hands_of(by)) or behind & {by.user_id, by.principal_id}:
            raise OwnReading
        if not LiveReading.objects.filter(reading=reading).exists():
            raise NotLive
        made = Verification(reading=reading, note=note, at=at, **Act.fields_of(by))
        try:
            with transaction.atomic():
                made.save(force_insert=True)
        except IntegrityError as error:
            raise AlreadyVerified from error
        if reading.state == PROVISIONAL:  # from now on it counts as a value one can rely on
            ids, since = [reading.series_id], reading.period_start
            tracks.changed(series_ids=ids, since=since, at=at, news=False)
        record_event(reading, "reading.verified", by, at, note)
        return made


def _hands(reading: Reading) -> Hands:
    return Hands(
        reading.by_user_id, reading.by_post_id, reading.principal_id, reading.principal_post_id
    )


def _hands_of(by: Actor) -> Hands:
    return Hands(by.user_id, by.post_id, by.principal_id, by.principal_post_id)


def _period(reading: Reading) -> Period:
    return Period(reading.period_start, reading.period_end)


def _seen(reading: Reading) -> Observation:
    """What a stored reading says, as it was entered."""
    return Observation(
        reading.comparator,  # type: ignore[arg-type]
        reading.value,
        reading.high,
        reading.numerator,
        reading.denominator,
        Decimal(reading.series.definition.scale),
    )


def _row(
    reading: Reading, observation: Observation, state: str, vintage: date | None, reason: str
) -> ReadingRow:
    return ReadingRow(
        series=reading.series,
        period=_period(reading),
        observation=observation,
        source=reading.source.name,
        state=state,
        vintage=vintage,
        note=reason.strip(),
    )


def _replace(reading: Reading, row: ReadingRow, verb: str, by: Actor, at: datetime) -> Reading:
    """Check the new row, write it, and let the pointer of the old one point to it."""
    checks.check_open(reading.series)
    checks.check_unlocked(reading.series, row.period)
    checks.check_observation(reading.series, row.observation)
    checks.check_state(row.state)
    new = _supersede(reading, row, by, at)
    if LiveReading.objects.filter(reading=reading).update(reading=new) != 1:
        raise NotLive
    after(new, verb, by, at, row.note, corrects=reading.pk)
    return new


def _supersede(reading: Reading, row: ReadingRow, by: Actor, at: datetime) -> Reading:
    new = Reading(
        series=reading.series,
        period_start=reading.period_start,
        period_end=reading.period_end,
        complete=reading.complete,
        source=reading.source,
        backfilled=reading.backfilled,
        corrects=reading,
        at=at,
        **row.fields,
        **Act.fields_of(by),
    )
    try:
        with transaction.atomic():
            new.save(force_insert=True)
    except IntegrityError as error:
        raise NotLive from error
    return new


__all__ = [
    "AlreadyVerified",
    "NotLive",
    "NotProvisional",
    "NothingChanged",
    "OwnReading",
    "ReasonMissing",
    "correct",
    "finalise",
    "retract",
    "verify",
]
