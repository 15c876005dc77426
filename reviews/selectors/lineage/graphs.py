"""From rows to the graph of what came of what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from labs.models import Lab, Revision
from reviews.models import Referral
from reviews.rules.lineage import Graph, Node
from reviews.selectors.lineage.rows import Rows
from reviews.selectors.lineage.words import KINDS

# The columns, from left to right.
ORIGIN, LAB, GOAL, MEANS, DEVIATION, CASE, DECISION, AFTER = range(8)
Edges = set[tuple[str, str]]


def of(rows: Rows) -> Graph:
    """The graph of a lab; whatever has no source that may be shown hangs on the lab itself."""
    nodes: list[Node] = [lab_node(rows.lab, LAB)]
    edges: Edges = set()
    _means(rows, nodes, edges)
    _deviations(rows, nodes, edges)
    _cases(rows, nodes, edges)
    _decisions(rows, nodes, edges)
    _after(rows, nodes, edges)
    root = nodes[0].id
    known = {node.id for node in nodes}
    caused = {b for a, b in edges if a in known}
    edges |= {(root, node.id) for node in nodes[1:] if node.id not in caused}
    return Graph.of((replace(node, word=str(KINDS[node.kind])) for node in nodes), edges)


def lab_node(lab: Lab, level: int) -> Node:
    return Node(
        f"lab-{lab.pk}",
        "lab",
        lab.title,
        level,
        reverse("labs:lab", args=[lab.pk]),
        lab.starts_on,
        _("mini-lab") if lab.is_mini else "",
    )


def _means(rows: Rows, nodes: list[Node], edges: Edges) -> None:
    root = f"lab-{rows.lab.pk}"
    plan = reverse("labs:plan", args=[rows.plan.pk])
    for key, goal in rows.goals.items():
        nodes.append(Node(f"goal-{key}", "goal", goal.title, GOAL, f"{plan}#goal-{key}"))
        edges.add((root, f"goal-{key}"))
    for key, row in rows.initiatives.items():
        url = f"{plan}#initiative-{key}"
        gone = "" if row.until_revision_id is None else _("no longer in the plan")
        nodes.append(
            Node(f"initiative-{key}", "initiative", row.title, MEANS, url, row.starts_on, gone)
        )
        edges.add((f"goal-{row.goal_key}", f"initiative-{key}"))
    for kpi in rows.kpis.values():
        url = reverse("kpis:kpi", args=[kpi.code])
        nodes.append(Node(f"kpi-{kpi.pk}", "kpi", kpi.name, MEANS, url))
        edges.add((f"goal-{kpi.goal_key}", f"kpi-{kpi.pk}"))


def _subject(rows: Rows, row: Any) -> str:
    """The node that a review or a dispute is about: its KPI or its milestone's initiative."""
    if row.kpi_id is not None:
        return f"kpi-{row.kpi_id}"
    if row.milestone_key is not None:
        return f"initiative-{rows.initiative_of.get(row.milestone_key)}"
    return f"lab-{rows.lab.pk}"


def _deviations(rows: Rows, nodes: list[Node], edges: Edges) -> None:
    for row in rows.deviations.values():
        if row.series is not None:
            source = f"kpi-{row.series.definition.kpi_id}"
            part = "" if row.series.cell.is_total else f" ({row.series.cell.label})"
        else:
            source = f"initiative-{rows.initiative_of.get(row.milestone_key)}"
            part = f" ({rows.titles.get(row.milestone_key, '')})"
        nodes.append(
            Node(
                f"deviation-{row.pk}",
                "deviation",
                f"{row.rule.get_kind_display().capitalize()}{part}",
                DEVIATION,
                reverse("kpis:deviation", args=[row.pk]),
                row.opened_at.date(),
                _("open") if row.closed_at is None else "",
            )
        )
        edges.add((source, f"deviation-{row.pk}"))


def _cases(rows: Rows, nodes: list[Node], edges: Edges) -> None:
    for deviation, review in rows.joined:
        edges.add((f"deviation-{deviation}", f"review-{review}"))
    shown = {review for deviation, review in rows.joined if deviation in rows.deviations}
    for row in rows.reviews.values():
        title = row.kpi.name if row.kpi else rows.titles.get(row.milestone_key, "")
        note = row.get_outcome_display() if row.outcome else _("open")
        url = reverse("reviews:review", args=[row.pk])
        nodes.append(
            Node(f"review-{row.pk}", "review", title, CASE, url, row.opened_at.date(), note)
        )
        if row.pk not in shown:
            edges.add((_subject(rows, row), f"review-{row.pk}"))
    for case in rows.disputes.values():
        url = reverse("reviews:dispute", args=[case.pk])
        note = case.get_state_display()
        nodes.append(
            Node(f"dispute-{case.pk}", "dispute", case.title, CASE, url, case.at.date(), note)
        )
        edges.add((_subject(rows, case), f"dispute-{case.pk}"))
        if case.review_id is not None:
            edges.add((f"review-{case.review_id}", f"dispute-{case.pk}"))
    for asked in rows.referrals.values():
        nodes.append(_referral(asked))
        edges.add((f"review-{asked.review_id}", f"referral-{asked.pk}"))
        edges.add((f"dispute-{asked.dispute_id}", f"referral-{asked.pk}"))


def _referral(row: Referral) -> Node:
    """An issue put to others: what is asked, of whom, and what became of it."""
    url = reverse("reviews:referral", args=[row.pk])
    note = f"{row.organisation}: {row.get_state_display()}"
    return Node(f"referral-{row.pk}", "referral", str(row), DECISION, url, row.at.date(), note)


def _decisions(rows: Rows, nodes: list[Node], edges: Edges) -> None:
    by_motion = {row.motion_id: f"decision-{row.pk}" for row in rows.decisions.values()}
    for row in rows.decisions.values():
        nodes.append(
            Node(
                f"decision-{row.pk}",
                "decision",
                row.motion.title,
                DECISION,
                reverse("forums:decision", args=[row.pk]),
                row.at.date(),
                f"{row.motion.forum.name}: {row.get_outcome_display()}",
            )
        )
    for review in rows.reviews.values():
        edges.add((f"review-{review.pk}", f"decision-{review.decision_id}"))
    for case in rows.disputes.values():
        edges.add((f"dispute-{case.pk}", f"decision-{case.decision_id}"))
    for review_pk, motion, _revision in rows.proposals:
        edges.add((f"review-{review_pk}", by_motion.get(motion, "")))
    for dispute_pk, motion, _revision in rows.rulings:
        edges.add((f"dispute-{dispute_pk}", by_motion.get(motion, "")))
    for key, motion, _revision in rows.ends:
        edges.add((f"initiative-{key}", by_motion.get(motion, "")))


def _after(rows: Rows, nodes: list[Node], edges: Edges) -> None:
    """Revisions, lessons, and the labs that followed."""
    for row in rows.revisions.values():
        nodes.append(_revision(row))
        edges.add((f"decision-{row.decision_id}", f"revision-{row.pk}"))
    for review, _motion, revision in rows.proposals:
        proposed = rows.revisions.get(revision or 0)
        if proposed is not None and proposed.decision_id not in rows.decisions:
            edges.add((f"review-{review}", f"revision-{revision}"))
    for dispute, revision in rows.settlements:
        edges.add((f"dispute-{dispute}", f"revision-{revision}"))
    for lesson in rows.lessons:
        url = reverse("labs:lesson", args=[lesson.pk])
        nodes.append(
            Node(f"lesson-{lesson.pk}", "lesson", lesson.title, AFTER, url, lesson.at.date())
        )
        if lesson.initiative_key is not None:
            edges.add((f"initiative-{lesson.initiative_key}", f"lesson-{lesson.pk}"))
    for lab in rows.labs.values():
        nodes.append(lab_node(lab, AFTER))
        edges.add((f"decision-{lab.decision_id}", f"lab-{lab.pk}"))
    for lab_pk, review in rows.briefs.items():
        edges.add((f"review-{review}", f"lab-{lab_pk}"))
    for opened in rows.reviews.values():
        edges.add((f"review-{opened.pk}", f"lab-{opened.lab_id}"))


def _revision(row: Revision) -> Node:
    title = (
        _("Revision %(number)s: %(title)s") % {"number": row.number, "title": row.title}
        if row.number
        else row.title
    )
    note = (
        _("recorded by its owner")
        if row.route == Revision.Route.OWNER and row.number
        else row.get_state_display()
    )
    day = (row.adopted_at or row.at).date()
    url = reverse("labs:revision", args=[row.pk])
    return Node(f"revision-{row.pk}", "revision", title, AFTER, url, day, str(note))
