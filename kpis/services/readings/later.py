"""What happens to a reading after it was recorded: each is a further row."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from kpis.models import LiveReading, Reading, Retraction, Verification
from kpis.rules.periods import Period
from kpis.rules.separation import Hands, same_hand
from kpis.rules.values import Observation
from kpis.selectors import hands
from kpis.services import series as series_service
from kpis.services.readings import checks
from kpis.services.readings.rows import FINAL, ReadingRow, content_of, described
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Act


class NotLive(checks.ReadingRefused):
    """The reading was corrected or retracted already."""

    code = "not_live"
    message = _("This value was corrected or taken back meanwhile. Look at the newest one.")


class NothingChanged(checks.ReadingRefused):
    code = "nothing_changed"
    message = _("This is the value that is there already. Enter another one to correct it.")


class ReasonMissing(checks.ReadingRefused):
    code = "reason"
    message = _("Say why.")


class OwnReading(checks.ReadingRefused):
    """Fact 9: nobody verifies what they entered."""

    code = "own_reading"
    message = _("Nobody verifies what they entered. Ask somebody else to verify this value.")


class AlreadyVerified(checks.ReadingRefused):
    code = "already_verified"
    message = _("This value is verified already.")


class AlreadyCurrent(checks.ReadingRefused):
    code = "already_current"
    message = _("This source is the one that counts already.")


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
    ReasonMissing, or what a new reading is refused for.
    """
    series = reading.series
    row = ReadingRow(
        series=series,
        period=Period(reading.period_start, reading.period_end),
        observation=observation,
        source=reading.source.name,
        state=state,
        vintage=vintage,
        note=reason.strip(),
    )
    with transaction.atomic():
        _check_reason(reason)
        checks.check_open(series)
        checks.check_observation(series, observation)
        checks.check_state(state)
        if content_of(reading) == row.content:
            raise NothingChanged
        new = _supersede(reading, row, by, at)
        pointer = LiveReading.objects.filter(reading=reading)
        if pointer.update(reading=new) != 1:
            raise NotLive
        _after(new, "reading.corrected", by, at, reason, corrects=reading.pk)
        return new


def retract(*, reading: Reading, reason: str, by: Actor, at: datetime) -> Retraction:
    """Take a live reading back. Another source of the period, if any, counts from then on.

    Raises NotLive or ReasonMissing.
    """
    with transaction.atomic():
        _check_reason(reason)
        checks.check_open(reading.series)
        if not LiveReading.objects.filter(reading=reading).delete()[0]:
            raise NotLive
        retraction = Retraction.objects.create(
            reading=reading, reason=reason.strip(), at=at, **Act.fields_of(by)
        )
        _promote(reading)
        _after(reading, "reading.retracted", by, at, reason)
        return retraction


def verify(*, reading: Reading, note: str = "", by: Actor, at: datetime) -> Verification:
    """Confirm a live reading that somebody else entered.

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
        _record(reading, "reading.verified", by, at, note)
        return made


def choose(*, reading: Reading, reason: str, by: Actor, at: datetime) -> Reading:
    """Let this live reading count for its period instead of another source's.

    Raises NotLive, AlreadyCurrent or ReasonMissing.
    """
    with transaction.atomic():
        _check_reason(reason)
        checks.check_open(reading.series)
        pointer = LiveReading.objects.filter(reading=reading).first()
        if pointer is None:
            raise NotLive
        if pointer.is_current:
            raise AlreadyCurrent
        _same_period(reading).filter(is_current=True).update(is_current=False)
        if LiveReading.objects.filter(pk=pointer.pk, reading=reading).update(is_current=True) != 1:
            raise NotLive
        _after(reading, "reading.chosen", by, at, reason)
        return reading


def _hands(reading: Reading) -> Hands:
    return Hands(
        reading.by_user_id, reading.by_post_id, reading.principal_id, reading.principal_post_id
    )


def _hands_of(by: Actor) -> Hands:
    return Hands(by.user_id, by.post_id, by.principal_id, by.principal_post_id)


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise ReasonMissing(fields={"reason": str(ReasonMissing.message)})


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


def _same_period(reading: Reading) -> QuerySet[LiveReading]:
    return LiveReading.objects.filter(
        series_id=reading.series_id,
        period_start=reading.period_start,
        period_end=reading.period_end,
    )


def _promote(reading: Reading) -> None:
    """The newest other source of the period counts when none does."""
    others = _same_period(reading)
    if not others.filter(is_current=True).exists():
        newest = others.order_by("-reading__at", "-pk").first()
        if newest is not None:
            LiveReading.objects.filter(pk=newest.pk).update(is_current=True)


def _after(reading: Reading, verb: str, by: Actor, at: datetime, reason: str, **data: int) -> None:
    series_service.touch(series_ids=[reading.series_id], at=at)
    _record(reading, verb, by, at, reason, **data)


def _record(reading: Reading, verb: str, by: Actor, at: datetime, reason: str, **data: int) -> None:
    events.record(
        verb=verb,
        subject=reading,
        by=by,
        at=at,
        data=described(reading) | data,
        texts={"reason": reason},
        programme_id=checks.programme_of(reading.series).pk,
        restricted=checks.is_restricted(reading.series),
    )
