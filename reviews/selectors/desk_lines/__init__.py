"""The desk as lines: what waits, where it is dealt with, and whether it is theirs to decide.

Every list of ``Desk`` has its maker here. A line is what a mail, a prompt and a notice say of
a thing; in a mail what is restricted is not named. Three queries beside those of the desk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi
from labs.models import Plan
from reviews.models import Dispute
from reviews.selectors.desk import Desk
from reviews.selectors.desk_lines import cases, work
from reviews.selectors.desk_lines.line import DISPUTE, KPI, PLAN, Line

__all__ = ["MAKERS", "Line", "lines"]


def lines(desk: Desk) -> list[Line]:
    """Everything on a desk, what is the person's to decide first, part by part."""
    found = [
        replace(maker(row), part=part, heading=heading)
        for part, (heading, maker) in MAKERS.items()
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


Maker = Callable[[Any], Line]
# Part of the desk -> its heading and what makes a line of a row; in the order of the page.
MAKERS: dict[str, tuple[str | Promise, Maker]] = {
    "decisions": (_("Entered on your behalf: confirm or repudiate"), cases.decision),
    "to_rule": (
        _("Disputes before a forum you preside over"),
        lambda row: cases.dispute(row, "rule"),
    ),
    "motions": (_("Motions to vote on"), cases.motion),
    "disputes": (
        _("Disputes that await your position"),
        lambda row: cases.dispute(row, "position"),
    ),
    "offers": (_("Settlements offered: answer"), cases.offer),
    "questions": (_("Questions to answer"), cases.question),
    "to_decide": (
        _("Reviews to decide"),
        lambda row: cases.review(row, "decide", row.due_on, decide=True),
    ),
    "signatures": (_("Minutes to sign"), lambda row: cases.meeting(row, "sign", decide=True)),
    "requests": (_("Asked of your organisation"), work.request),
    "referrals": (_("A review waits for your organisation"), cases.referral),
    "panels": (_("To validate from outside"), cases.panel),
    "to_check": (_("Actions to verify"), cases.to_check),
    "ends": (_("Continue, adapt or stop"), work.end),
    "records": (
        _("Meetings to record"),
        lambda row: cases.meeting(row, "minutes" if row.state == "held" else "attendance"),
    ),
    "agendas": (_("Agendas that go out soon"), lambda row: cases.meeting(row, "agenda")),
    "minutes": (_("Decisions to record from the minute"), cases.minute),
    "reviews": (
        _("To explain"),
        lambda row: cases.review(row, "explain", row.explain_by, decide=False),
    ),
    "asked": (_("Please look at these"), work.asked),
    "values": (_("Values due"), work.value),
    "milestones": (_("Milestone reports due"), work.milestone),
    "actions": (_("Actions due"), cases.action),
    "readings": (_("Values to verify"), work.reading),
    "promises": (_("Promises to verify"), work.promise),
    "own_promises": (_("Your organisation promised"), work.own_promise),
    "plans": (_("Drafts of plans"), work.plan),
    "lessons": (_("What was learned?"), cases.lesson),
}
