"""Lines of the work itself: values, steps, ends, requests, promises, drafts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from kpis.rules import periods
from reviews.selectors.desk_lines.line import KPI, PLAN, Line


def asked(row: Any) -> Line:
    kpi = row.series.definition.kpi
    return Line(
        key=f"deviation:{row.pk}:look",
        title=kpi.name,
        url=reverse("kpis:kpi", args=[kpi.code]),
        about=(KPI, kpi.pk),
    )


def value(row: Any) -> Line:
    return Line(
        key=f"value:{row.kpi.pk}:{row.period}",
        title=f"{row.kpi.name}, {periods.label(row.period, row.kpi.area.programme.fiscal_year_start)}",
        url=reverse("kpis:reading_new", args=[row.kpi.code]),
        due_on=row.due_on,
        about=(KPI, row.kpi.pk),
    )


def milestone(row: Any) -> Line:
    return Line(
        key=f"milestone:{row.key}:{row.due_on}",
        title=row.title,
        url=reverse("labs:milestone_report", args=[row.key]),
        due_on=row.due_on,
        about=(PLAN, row.plan.pk),
    )


def end(row: Any) -> Line:
    end = row.end
    if end.window is not None:
        return Line(
            key=f"window:{end.window.pk}:{end.ends_on}",
            title=end.title,
            url=reverse("reviews:window_end", args=[end.window.pk]),
            due_on=end.ends_on,
        )
    return Line(
        key=f"end:{end.key}:{end.ends_on}",
        title=end.title,
        url=reverse("reviews:end", args=[end.plan.pk, end.key]),
        due_on=end.ends_on,
        about=(PLAN, end.plan.pk),
    )


def request(row: Any) -> Line:
    return Line(
        key=f"request:{row.key}:{row.said or 'answer'}",
        title=row.title,
        url=reverse("labs:dependency_answer", args=[row.key]),
        decide=not row.said,
        due_on=row.due_on,
        about=(PLAN, row.plan_id),
    )


def promise(row: Any) -> Line:
    return Line(
        key=f"promise:{row.key}:verify:{row.verify_on}",
        title=row.title,
        url=reverse("labs:commitment_check", args=[row.key]),
        due_on=row.verify_on,
        about=(PLAN, row.plan_id),
    )


def own_promise(row: Any) -> Line:
    return Line(
        key=f"promise:{row.key}:keep:{row.verify_on}",
        title=row.title,
        url=reverse("labs:initiative", args=[row.initiative_key]) + "#promises",
        due_on=row.verify_on,
        about=(PLAN, row.plan_id),
    )


def reading(row: Any) -> Line:
    kpi = row.series.definition.kpi
    return Line(
        key=f"reading:{row.reading_id}:verify",
        title=kpi.name,
        url=reverse("kpis:kpi", args=[kpi.code]),
        about=(KPI, kpi.pk),
    )


def plan(row: Any) -> Line:
    return Line(
        key=f"revision:{row.pk}:draft",
        title=row.title,
        url=reverse("labs:revision", args=[row.pk]),
        about=(PLAN, row.plan_id),
    )
