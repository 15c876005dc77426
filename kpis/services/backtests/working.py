"""Working off a back-test, a few series at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from kpis.models import Backtest, BacktestFlag
from kpis.rules.backtest import Due, Told, by_series, figures, misses, next_due
from kpis.selectors.kpis import with_series_context
from kpis.services.backtests.asking import concerned
from kpis.services.backtests.history import Past, date_of, day_of, load
from kpis.services.backtests.running import Raised, dues, raised
from kpis.services.readings.checks import business_date

SLICE = 20  # series to a transaction


@dataclass(frozen=True, slots=True)
class Progress:
    """What a call did; ``more`` says that another has work."""

    series: int = 0
    more: bool = False


def work(*, at: datetime) -> Progress:
    """Try the next few series of the oldest back-test that is not finished.

    The cursor moves by compare-and-set in the transaction that writes the flags: two
    workers, or one killed half-way, try no series twice and leave none out.
    """
    run = Backtest.objects.filter(finished_at=None).order_by("pk").first()
    if run is None:
        return Progress()
    series = list(
        with_series_context(concerned(run.programme, run.kpi).filter(pk__gt=run.cursor))[:SLICE]
    )
    if not series:
        _finish(run, at)
        return Progress(more=True)
    pasts = load(series, run.programme)
    found = [_tried(run, past) for past in pasts]
    with transaction.atomic():
        moved = Backtest.objects.filter(pk=run.pk, cursor=run.cursor, finished_at=None).update(
            cursor=series[-1].pk,
            series_done=F("series_done") + len(series),
            misses=F("misses") + sum(missed for _flags, missed in found),
            assumed=F("assumed") + sum(past.assumed for past in pasts),
        )
        if moved:
            BacktestFlag.objects.bulk_create(
                (flag for flags, _missed in found for flag in flags), batch_size=1000
            )
    return Progress(series=len(series) if moved else 0, more=True)


def _tried(run: Backtest, past: Past) -> tuple[list[BacktestFlag], int]:
    """The flags of every setting on one series, and the misses that could be foretold."""
    ends = by_series(dues(past, until=date.max)).get(past.series.pk, [])
    asked_on = business_date(run.programme, run.at)  # nothing is late before its day has come
    until = min(run.until, asked_on)
    flags = []
    for setting, parameters in enumerate(settings_of(run), start=1):
        for each in raised(past, run.kind, parameters, since=run.since, until=until):
            flags.append(_row(run, setting, past, each, ends))
    return flags, misses(ends, day_of(run.since), day_of(run.until))


def settings_of(run: Backtest) -> list[dict[str, Any]]:
    """The one or two settings that are tried."""
    return [run.first] if run.second is None else [run.first, run.second]


def _row(
    run: Backtest, setting: int, past: Past, each: Raised, ends: Sequence[Due]
) -> BacktestFlag:
    due = next_due(each.flag, ends)
    return BacktestFlag(
        backtest=run,
        setting=setting,
        series=past.series,
        period_start=each.period.start,
        period_end=each.period.end,
        seen_on=date_of(each.flag.day),
        evidence={**each.evidence, "about": _about(past)},
        due_end=None if due is None else date_of(due.day),
        outcome=_outcome(due),
    )


def _about(past: Past) -> dict[str, str]:
    """The names that the sentence of a flag uses, as a signal keeps them."""
    series = past.series
    definition, cell = series.definition, series.cell
    return {
        "kpi": definition.kpi.name,
        "unit": definition.unit,
        "frequency": definition.frequency,
        "part": "" if cell.is_total else cell.label,
    }


def _outcome(due: Due | None) -> str:
    if due is None:
        return BacktestFlag.Outcome.OPEN
    return BacktestFlag.Outcome.HIT if due.missed else BacktestFlag.Outcome.FALSE


@transaction.atomic
def _finish(run: Backtest, at: datetime) -> None:
    """Work out the figures of each setting, once."""
    run.refresh_from_db()
    scores = [_score(run, setting) for setting in range(1, len(settings_of(run)) + 1)]
    Backtest.objects.filter(pk=run.pk, finished_at=None).update(scores=scores, finished_at=at)


def _score(run: Backtest, setting: int) -> dict[str, Any]:
    """One setting's figures, as kpis.rules.backtest defines them."""
    rows = run.flags.filter(setting=setting)
    hit = BacktestFlag.Outcome.HIT
    told = [
        Told(series, day_of(seen), None if due is None else day_of(due), outcome == hit)
        for series, seen, due, outcome in rows.values_list(
            "series_id", "seen_on", "due_end", "outcome"
        )
    ]
    score = figures(told, run.misses)
    return asdict(score) | {"precision": score.precision, "recall": score.recall}
