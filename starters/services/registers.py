"""What a template sets for its programme, and what it puts in the registers."""

from __future__ import annotations

from typing import Any

from labs.selectors import settings as set_already
from labs.services import (
    bargains,
    budgets,
    council_acts,
    funding,
    limits,
    obstacles,
    recommendations,
    settings,
    windows,
)
from reviews.services import obstacles as answers
from starters.rules.plan_shape import Kpi as KpiShape
from starters.rules.register_shape import Bargain as BargainShape
from starters.rules.register_shape import Funding as FundingShape
from starters.rules.shape import kpis_of
from starters.services import measures
from starters.services.making import Making

NUMBERS = (
    "lab_weeks_min",
    "lab_weeks_max",
    "core_people_max",
    "forum_members_max",
    "window_alert_days",
)


def make_settings(making: Making) -> None:
    """Settings, limits and ceilings of the programme."""
    asked = making.template.settings
    now = set_already.of(making.programme)
    numbers = {
        name: getattr(now, name) if getattr(asked, name) is None else getattr(asked, name)
        for name in NUMBERS
    }
    settings.change(
        programme=making.programme,
        **numbers,
        tests=asked.tests or now.tests,
        groups=[making.item("stakeholder_group", code) for code in asked.groups],
        **making.who,
    )
    for limit in making.template.limits:
        limits.set_limit(
            forum=making.forums[limit.forum],
            kind=limit.kind,
            over=limit.over,
            decides=making.forums[limit.decides],
            **making.who,
        )
    for ceiling in making.template.ceilings:
        budgets.set_ceiling(
            programme=making.programme,
            year=str(making.starts_on.year + ceiling.year - 1),
            currency=making.currency,
            amount=f"{ceiling.amount:f}",
            source=ceiling.source,
            **making.who,
        )


def make(making: Making) -> None:
    """Obstacles, recommendations, funding, windows, bargains and acts."""
    _obstacles(making)
    for advice in making.template.recommendations:
        recommendations.add(
            programme=making.programme,
            title=making.text(advice.title),
            source=advice.source,
            text=making.text(advice.text),
            owner=making.posts[advice.owner] if advice.owner else None,
            **making.who,
        )
        making.counts["recommendations"] += 1
    for source in making.template.funding:
        _funding(making, source)
    _windows(making)
    for bargain in making.template.bargains:
        _bargain(making, bargain)
    _acts(making)


def _obstacles(making: Making) -> None:
    """Named in the order of their ranks, for each one named stands last."""
    for obstacle in sorted(making.template.obstacles, key=lambda each: each.rank):
        named = obstacles.name(
            programme=making.programme,
            title=making.text(obstacle.title),
            named_by=obstacle.named_by,
            text=making.text(obstacle.text),
            kind=making.item("obstacle", obstacle.kind),
            is_gap=obstacle.is_gap,
            area=making.areas[obstacle.area] if obstacle.area else None,
            lab=making.labs[obstacle.lab] if obstacle.lab else None,
            organisation=(
                making.organisations[obstacle.organisation] if obstacle.organisation else None
            ),
            **making.who,
        )
        if obstacle.kpi:
            answers.answer(obstacle=named, kpi=making.kpis[obstacle.kpi], **making.who)
        making.counts["obstacles"] += 1


def _funding(making: Making, shape: FundingShape) -> None:
    source = funding.add_source(
        programme=making.programme,
        name=making.text(shape.name),
        currency=making.currency,
        amount=shape.amount,
        funder=making.organisations[shape.funder] if shape.funder else None,
        pathway=shape.pathway,
        note=making.text(shape.note),
        **making.who,
    )
    making.counts["funding"] += 1
    for each in shape.allocations:
        lab = making.plan_of.get(each.initiative)
        funding.propose(
            source=source,
            purpose=making.text(each.purpose),
            amount=each.amount,
            beneficiary=making.organisations[each.beneficiary] if each.beneficiary else None,
            plan=lab.plan if lab else None,
            initiative_key=making.keys.get(each.initiative),
            **making.who,
        )
        making.counts["allocations"] += 1


def _windows(making: Making) -> None:
    for shape in making.template.windows:
        window = windows.add(
            programme=making.programme,
            title=making.text(shape.title),
            opens_on=making.day(shape.opens),
            closes_on=making.day(shape.closes),
            pays_off_on=making.day(shape.pays_off) if shape.pays_off else None,
            alert_days=shape.alert_days,
            text=making.text(shape.text),
            **making.who,
        )
        windows.use(window=window, steps=[making.keys[key] for key in shape.steps], **making.who)
        making.counts["windows"] += 1


def _bargain(making: Making, shape: BargainShape) -> None:
    about: dict[str, Any] = {}
    if shape.kpi:
        kpi = _kpi_shape(making, shape.kpi)
        period = measures.period_of(making, kpi, shape.period)
        series = measures.series_of(making.kpis[shape.kpi], kpi, "", making)
        about = {"series_key": series.key, "period": (period.start, period.end)}
    bargain = bargains.open(
        programme=making.programme,
        title=making.text(shape.title),
        unit=shape.unit,
        plan=making.labs[shape.lab].plan if shape.lab else None,
        **about,
        **making.who,
    )
    for each in shape.rounds:
        bargains.add_round(
            bargain=bargain,
            organisation=making.organisations[each.organisation],
            kind=each.kind,
            value=each.value,
            note=making.text(each.note),
            **making.who,
        )
    making.counts["bargains"] += 1


def _kpi_shape(making: Making, key: str) -> KpiShape:
    every = (kpi for lab in making.template.labs for kpi in kpis_of(lab))
    return next(kpi for kpi in every if kpi.key == key)


def _acts(making: Making) -> None:
    for act in making.template.acts:
        council = making.forums[act.forum] if act.forum else None
        council_acts.record(
            council=act.council,
            reference=f"{act.reference} {making.programme.code}",
            # An act is kept once it is there: of a start that lies ahead, today's.
            dated=min(making.day(act.dated), making.at.date()),
            title=making.text(act.title),
            forum=council,
            creates_forum=council,
            creates_programme=making.programme,
            url=act.address,
            **making.who,
        )
        making.counts["acts"] += 1
