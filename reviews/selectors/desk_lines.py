"""The desk as lines: what waits, where it is dealt with, and whether it is theirs to decide.

Every list of ``Desk`` has its maker here. A line is what a mail, a prompt and a notice say of
a thing; in a mail what is restricted is not named. Three queries beside those of the desk.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from forums.models import Action
from kpis.models import Kpi
from kpis.rules import periods
from labs.models import Plan
from reviews.models import Dispute
from reviews.selectors.desk import Desk

KPI, PLAN, DISPUTE = "kpi", "plan", "dispute"


@dataclass(frozen=True)
class Line:
    """One thing that waits. ``key`` is the same for as long as it is the same thing.

    ``about``: the KPI, plan or dispute whose restriction is that of the line.
    """

    key: str
    title: str
    url: str
    part: str = ""
    decide: bool = False
    due_on: datetime.date | None = None
    restricted: bool = False
    about: tuple[str, int] | None = None

    @property
    def label(self) -> str:
        """The heading of the part it stands in, in the language in use."""
        return str(MAKERS[self.part][0])


def lines(desk: Desk) -> list[Line]:
    """Everything on a desk, what is the person's to decide first, part by part."""
    found = [
        replace(maker(row), part=part)
        for part, (_label, maker) in MAKERS.items()
        for row in getattr(desk, part, ())
    ]
    restricted = _restricted({line.about for line in found if line.about})
    return [
        replace(line, restricted=True) if line.about in restricted else line
        for line in {line.key: line for line in found}.values()
    ]


def _restricted(about: set[tuple[str, int]]) -> set[tuple[str, int] | None]:
    """Which of these are kept to some forums."""
    found: set[tuple[str, int] | None] = set()
    for kind, model, path in (
        (KPI, Kpi, "restricted_to"),
        (PLAN, Plan, "lab__restricted_to"),
        (DISPUTE, Dispute, "restricted_to"),
    ):
        ids = [pk for each, pk in about if each == kind]
        if ids:
            rows = model._default_manager.filter(pk__in=ids, **{f"{path}__isnull": False})
            found |= {(kind, pk) for pk in rows.values_list("pk", flat=True)}
    return found


def _decision(row: Any) -> Line:
    return Line(
        key=f"decision:{row.pk}:confirm",
        title=row.motion.title,
        url=reverse("forums:decision", args=[row.pk]),
        decide=True,
        restricted=row.motion.restricted,
    )


def _dispute(row: Any, act: str) -> Line:
    return Line(
        # Asked anew at each tier.
        key=f"dispute:{row.pk}:{act}:{row.tier}",
        title=row.title,
        url=reverse("reviews:dispute", args=[row.pk]),
        decide=True,
        due_on=row.deadline,
        about=(DISPUTE, row.pk),
    )


def _offer(row: Any) -> Line:
    return Line(
        key=f"settlement:{row.pk}:answer",
        title=row.dispute.title,
        url=reverse("reviews:dispute", args=[row.dispute_id]),
        decide=True,
        about=(DISPUTE, row.dispute_id),
    )


def _question(row: Any) -> Line:
    return Line(
        key=f"information:{row.pk}:answer",
        title=row.question[:120],
        url=reverse("reviews:dispute", args=[row.dispute_id]),
        decide=True,
        due_on=row.due_on,
        about=(DISPUTE, row.dispute_id),
    )


def _motion(row: Any) -> Line:
    return Line(
        key=f"motion:{row.pk}:vote",
        title=row.title,
        url=reverse("forums:motion", args=[row.pk]),
        decide=True,
        due_on=row.closes_at.date() if row.closes_at else None,
        restricted=row.restricted,
    )


def _minute(row: Any) -> Line:
    return Line(
        key=f"motion:{row.pk}:minute",
        title=row.title,
        url=reverse("reviews:minute", args=[row.pk]),
        restricted=row.restricted,
    )


def _review(row: Any, act: str, due_on: datetime.date | None, *, decide: bool) -> Line:
    return Line(
        key=f"review:{row.pk}:{act}",
        title=row.kpi.name if row.kpi else (row.milestone_title or ""),
        url=reverse("reviews:review", args=[row.pk]),
        decide=decide,
        due_on=due_on,
        about=(KPI, row.kpi_id) if row.kpi_id else (PLAN, row.plan_id),
    )


def _asked(row: Any) -> Line:
    kpi = row.series.definition.kpi
    return Line(
        key=f"deviation:{row.pk}:look",
        title=kpi.name,
        url=reverse("kpis:kpi", args=[kpi.code]),
        about=(KPI, kpi.pk),
    )


def _value(row: Any) -> Line:
    return Line(
        key=f"value:{row.kpi.pk}:{row.period}",
        title=f"{row.kpi.name}, {periods.label(row.period, row.kpi.area.programme.fiscal_year_start)}",
        url=reverse("kpis:reading_new", args=[row.kpi.code]),
        due_on=row.due_on,
        about=(KPI, row.kpi.pk),
    )


def _milestone(row: Any) -> Line:
    return Line(
        key=f"milestone:{row.key}:{row.due_on}",
        title=row.title,
        url=reverse("labs:milestone_report", args=[row.key]),
        due_on=row.due_on,
        about=(PLAN, row.plan.pk),
    )


def _end(row: Any) -> Line:
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


def _request(row: Any) -> Line:
    return Line(
        key=f"request:{row.key}:{row.said or 'answer'}",
        title=row.title,
        url=reverse("labs:dependency_answer", args=[row.key]),
        decide=not row.said,
        due_on=row.due_on,
        about=(PLAN, row.plan_id),
    )


def _promise(row: Any) -> Line:
    return Line(
        key=f"promise:{row.key}:verify:{row.verify_on}",
        title=row.title,
        url=reverse("labs:commitment_check", args=[row.key]),
        due_on=row.verify_on,
        about=(PLAN, row.plan_id),
    )


def _own_promise(row: Any) -> Line:
    return Line(
        key=f"promise:{row.key}:keep:{row.verify_on}",
        title=row.title,
        url=reverse("labs:initiative", args=[row.initiative_key]) + "#promises",
        due_on=row.verify_on,
        about=(PLAN, row.plan_id),
    )


def _referral(row: Any) -> Line:
    return Line(
        key=f"referral:{row.pk}:answer",
        title=row.text[:120],
        url=reverse("reviews:referral", args=[row.pk]),
        decide=True,
        due_on=row.due_on,
        about=_about_referral(row),
    )


def _about_referral(row: Any) -> tuple[str, int]:
    if row.dispute_id:
        return DISPUTE, row.dispute_id
    review = row.review
    return (KPI, review.kpi_id) if review.kpi_id else (PLAN, review.plan_id)


def _panel(row: Any) -> Line:
    return Line(
        key=f"panel:{row.panel.pk}:{'score' if row.count else 'report'}",
        title=row.panel.name,
        url=reverse("reviews:panel", args=[row.panel.pk]),
        decide=True,
    )


def _action(row: Any) -> Line:
    return Line(
        key=f"action:{row.pk}:do",
        title=row.title,
        url=reverse("forums:action", args=[row.pk]),
        due_on=row.due_on,
        restricted=bool(row.decision and row.decision.motion.restricted),
    )


def _to_check(row: Any) -> Line:
    return Line(
        key=f"action:{row.pk}:verify",
        title=row.title,
        url=reverse("forums:action", args=[row.pk]),
        decide=row.priority == Action.Priority.HIGH,
        restricted=bool(row.decision and row.decision.motion.restricted),
    )


def _reading(row: Any) -> Line:
    kpi = row.series.definition.kpi
    return Line(
        key=f"reading:{row.reading_id}:verify",
        title=kpi.name,
        url=reverse("kpis:kpi", args=[kpi.code]),
        about=(KPI, kpi.pk),
    )


def _plan(row: Any) -> Line:
    return Line(
        key=f"revision:{row.pk}:draft",
        title=row.title,
        url=reverse("labs:revision", args=[row.pk]),
        about=(PLAN, row.plan_id),
    )


def _lesson(row: Any) -> Line:
    return Line(
        key=f"lesson:{row.ask}:answer",
        title=row.title,
        url=reverse("reviews:lesson_ask", args=[row.ask]),
        restricted=row.restricted,
    )


def _meeting(row: Any, act: str, *, decide: bool = False) -> Line:
    return Line(
        key=f"meeting:{row.pk}:{act}",
        title=f"{row.forum.name}, {date_format(row.local, 'j F Y')}",
        url=reverse("forums:meeting", args=[row.pk]),
        decide=decide,
        due_on=row.call_on if act == "agenda" else None,
    )


Maker = Callable[[Any], Line]
# Part of the desk -> its heading and what makes a line of a row; in the order of the page.
MAKERS: dict[str, tuple[str | Promise, Maker]] = {
    "decisions": (_("Entered on your behalf: confirm or repudiate"), _decision),
    "to_rule": (
        _("Disputes before a forum you preside over"),
        lambda row: _dispute(row, "rule"),
    ),
    "motions": (_("Motions to vote on"), _motion),
    "disputes": (
        _("Disputes that await your position"),
        lambda row: _dispute(row, "position"),
    ),
    "offers": (_("Settlements offered: answer"), _offer),
    "questions": (_("Questions to answer"), _question),
    "to_decide": (
        _("Reviews to decide"),
        lambda row: _review(row, "decide", row.due_on, decide=True),
    ),
    "signatures": (_("Minutes to sign"), lambda row: _meeting(row, "sign", decide=True)),
    "requests": (_("Asked of your organisation"), _request),
    "referrals": (_("A review waits for your organisation"), _referral),
    "panels": (_("To validate from outside"), _panel),
    "to_check": (_("Actions to verify"), _to_check),
    "ends": (_("Continue, adapt or stop"), _end),
    "records": (
        _("Meetings to record"),
        lambda row: _meeting(row, "minutes" if row.state == "held" else "attendance"),
    ),
    "agendas": (_("Agendas that go out soon"), lambda row: _meeting(row, "agenda")),
    "minutes": (_("Decisions to record from the minute"), _minute),
    "reviews": (
        _("To explain"),
        lambda row: _review(row, "explain", row.explain_by, decide=False),
    ),
    "asked": (_("Please look at these"), _asked),
    "values": (_("Values due"), _value),
    "milestones": (_("Milestone reports due"), _milestone),
    "actions": (_("Actions due"), _action),
    "readings": (_("Values to verify"), _reading),
    "promises": (_("Promises to verify"), _promise),
    "own_promises": (_("Your organisation promised"), _own_promise),
    "plans": (_("Drafts of plans"), _plan),
    "lessons": (_("What was learned?"), _lesson),
}
