"""What offices report: values with noise and shocks, checks of them, corrections, steps."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import cast

from django.db.models import QuerySet

from kpis.models import Kpi, Reading, Series
from kpis.rules.periods import Frequency, Period, periods_between
from kpis.rules.values import Observation
from kpis.services import entries, readings
from labs.models import Milestone, MilestoneReport
from labs.services import milestones
from reviews.models import Review
from simulator.world import World, in_order

SOURCE = "Administrative register"
MEMORY = 3  # periods for which a shock is felt
BACK = 400  # days of periods looked back at
MONTHLY = 21
AHEAD, CALM = 0.4, 0.25  # of a sound plan: how much faster it goes, and its share of shocks


def report_values(world: World) -> None:
    """Values whose day has come, each by the holder of the owning post."""
    of_kpis = Series.objects.filter(targets__until_change=None, targets__isnull=False).distinct()
    rows = of_kpis.select_related("definition__kpi__area__programme", "definition__kpi__owner")
    earliest = world.day - datetime.timedelta(days=BACK)
    there = set(
        Reading.objects.filter(period_start__gte=earliest).values_list("series_id", "period_start")
    )
    for of in in_order(rows):
        definition = of.definition
        since = max(definition.reporting_from or earliest, earliest)
        for period in periods_between(since, world.day, cast(Frequency, definition.frequency)):
            if period.end < world.day and (of.pk, period.start) not in there:
                _report(world, definition.kpi, of, period)


def _report(world: World, kpi: Kpi, of: Series, period: Period) -> None:
    """In time as a rule, late now and then: by up to two months."""
    chance = world.chance
    late = chance.happens(world.scenario.late_rate, "late", kpi.code, period.start)
    low, high = (16, 55) if late else (2, 14)
    by = world.in_post(kpi.owner_id)
    if by is None or world.age(period.end) < chance.whole(
        low, high, "days", kpi.code, period.start
    ):
        return
    early = chance.happens(0.15, "provisional", kpi.code, period.start)
    world.do(
        entries.record,
        series=of,
        period=period,
        observation=seen(value_of(world, kpi, period)),
        source=SOURCE,
        state="provisional" if early else "final",
        by=by,
    )


def seen(value: Decimal) -> Observation:
    """A plain number, as it was counted."""
    return Observation("=", value)


def value_of(world: World, kpi: Kpi, period: Period) -> Decimal:
    """What is true: a way towards the goal at the KPI's own pace, noise, and shocks that pass.

    That of a sound plan runs ahead of what is asked, and is seldom shaken. Whatever a forum
    decided about it helps a little from then on.
    """
    chance, scenario = world.chance, world.scenario
    rising = kpi.definitions.get().direction == "increase"
    months = (period.end.year - scenario.first_day.year) * 12 + period.end.month
    helped = Review.objects.filter(kpi=kpi, state="closed", closed_at__date__lt=period.start)
    sound = world.sound[kpi.code]
    pace = 0.7 + 0.5 * chance.share("pace", kpi.code) + 0.08 * min(helped.count(), 5)
    pace += AHEAD * sound
    shock_rate = scenario.shock_rate * (CALM if sound else 1)
    way = (20.0 if rising else -13.0) / 12 * months * pace
    noise = 100 * scenario.noise * chance.about_zero("noise", kpi.code, period.start)
    shock = 0.0
    start = period.start
    for back in range(MEMORY):
        if chance.happens(shock_rate, "shock", kpi.code, start):
            shock += 100 * scenario.shock_size * (1 - back / MEMORY)
        start = (start - datetime.timedelta(days=1)).replace(day=1)
    worse = -shock if rising else shock
    return max(Decimal(0), Decimal(str(round(100 + way + noise + worse, 2))))


def check_values(world: World) -> None:
    """Verifiers confirm what others entered, some days later; some values are corrected late."""
    earliest = world.day - datetime.timedelta(days=BACK)
    counting = Reading.objects.filter(live__is_current=True, live__period_end__gte=earliest)
    unchecked = counting.filter(verification=None)
    for reading in _come_of_age(world, unchecked, "checked", (1, 8)):
        by = world.in_post(reading.series.definition.kpi.verifier_id)
        if by is not None:
            world.do(readings.verify, reading=reading, by=by)
    _correct(world, counting)


def _come_of_age(
    world: World, rows: QuerySet[Reading], what: str, days: tuple[int, int], rate: float = 1
) -> list[Reading]:
    """A share of them, once as many working days old as chance has it, with what acts need."""
    chance = world.chance
    due = [
        pk
        for pk, at in rows.order_by().values_list("pk", "at")
        if chance.happens(rate, what, "at all", pk)
        and world.age(at) >= chance.whole(*days, what, pk)
    ]
    related = ("series__definition__kpi__area__programme", "source")
    return in_order(Reading.objects.filter(pk__in=due).select_related(*related)) if due else []


def _correct(world: World, counting: QuerySet[Reading]) -> None:
    first = counting.filter(corrects=None)
    rate = world.scenario.correction_rate
    for reading in _come_of_age(world, first, "found wrong", (10, 60), rate):
        kpi = reading.series.definition.kpi
        by = world.in_post(kpi.owner_id)
        nudge = Decimal(world.chance.whole(-800, 800, "by", reading.pk)) / 100
        value = max(Decimal(0), reading.value + nudge).quantize(Decimal("0.01"))
        if by is not None and nudge:
            world.do(
                entries.correct,
                reading=reading,
                observation=seen(value),
                reason="The register was cleaned",
                state="final",
                by=by,
            )


def report_steps(world: World) -> None:
    """Owners report once a month on steps that have begun; some slip."""
    done = MilestoneReport.objects.filter(state="done").values("milestone_key")
    steps = Milestone.objects.filter(
        until_revision=None, starts_on__lte=world.day, plan__in_force__isnull=False
    ).exclude(key__in=done)
    for step in in_order(steps.select_related("plan__lab__area__programme")):
        if (world.day.toordinal() + step.pk) % MONTHLY and step.finishes_on != world.day:
            continue
        by = world.in_post(step.owner_id)
        if by is None or step.finishes_on is None:
            continue
        slips = world.chance.happens(world.scenario.slip_rate, "slips", step.key)
        slip = world.chance.whole(20, 90, "slip", step.key) if slips else 0
        end = step.finishes_on + datetime.timedelta(days=slip)
        state = "late" if slips and world.day > step.finishes_on else "on_course"
        said = {"state": state, "expected_finish": max(end, world.day)}
        if world.day >= end:
            said = {"state": "done", "done_evidence": "Report of the completion"}
        elif slips and world.chance.happens(0.1, "blocked", step.key, world.day):
            said |= {"state": "blocked", "blocked_by": "A permit is missing"}
        world.do(milestones.report, plan=step.plan, milestone_key=step.key, by=by, **said)
