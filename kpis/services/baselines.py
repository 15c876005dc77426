"""Baselines of a control chart: where a new group of values starts, and why ("rebase")."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Baseline, Series
from kpis.rules.periods import containing
from kpis.services import tracks
from kpis.services.readings import checks
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people import days
from people.models import Act


class BaselineRefused(Refused):
    """A baseline that cannot start, or be withdrawn, as asked."""

    code = "baseline"


@transaction.atomic
def rebase(*, series: Series, starts_on: date, reason: str, by: Actor, at: datetime) -> Baseline:
    """Let a new baseline group of the series' control chart start with a period.

    ``starts_on`` is the first day of that period. Values before it keep the limits they
    had; signals that were found stay. Raises BaselineRefused without a reason, for a day
    on which no period starts, for a period to come, and where one starts already.
    """
    checks.check_open(series)
    _check_reason(reason, _("Say what changed in how things are done."))
    _check_start(series, starts_on, at)
    baseline = Baseline(
        series=series, starts_on=starts_on, reason=reason.strip(), at=at, **Act.fields_of(by)
    )
    try:
        with transaction.atomic():
            baseline.save(force_insert=True)
    except IntegrityError as error:
        raise _wrong_start(_("A baseline starts with this period already."), "stale") from error
    _after(baseline, "baseline.started", by, at, reason)
    return baseline


@transaction.atomic
def withdraw(*, baseline: Baseline, reason: str, by: Actor, at: datetime) -> Baseline:
    """Let the chart go on with the group before. Raises BaselineRefused; the row stays."""
    checks.check_open(baseline.series)
    _check_reason(reason, _("Say why the baseline is withdrawn."))
    gone = {"withdrawn_at": at, "withdrawn_because": reason.strip()}
    if Baseline.objects.filter(pk=baseline.pk, withdrawn_at=None).update(**gone) != 1:
        raise BaselineRefused(_("This baseline was withdrawn already."), code="stale")
    baseline.refresh_from_db(fields=list(gone))
    _after(baseline, "baseline.withdrawn", by, at, reason)
    return baseline


def _check_reason(reason: str, message: object) -> None:
    if not reason.strip():
        raise BaselineRefused(message, fields={"reason": message})


def _check_start(series: Series, starts_on: date, at: datetime) -> None:
    definition, programme = series.definition, checks.programme_of(series)
    period = containing(starts_on, checks.frequency_of(definition), programme.fiscal_year_start)
    if period.start != starts_on:
        words = {"day": days.in_words(period.start)}
        raise _wrong_start(
            _("A baseline starts on the first day of a period, such as %(day)s.") % words
        )
    if starts_on > checks.business_date(programme, at):
        raise _wrong_start(_("This period is still to come. Start the baseline when it has begun."))


def _wrong_start(message: Any, code: str | None = None) -> BaselineRefused:
    return BaselineRefused(message, code=code, fields={"period": message})


def _after(baseline: Baseline, verb: str, by: Actor, at: datetime, reason: str) -> None:
    """Detection looks at the series again, and the ledger is told."""
    series = baseline.series
    tracks.changed(series_ids=[series.pk], at=at, since=baseline.starts_on, news=False)
    events.record(
        verb=verb,
        subject=series,
        by=by,
        at=at,
        data={"baseline": baseline.pk, "starts_on": baseline.starts_on},
        texts={"reason": reason.strip()},
        programme_id=checks.programme_of(series).pk,
        restricted=checks.is_restricted(series),
    )
