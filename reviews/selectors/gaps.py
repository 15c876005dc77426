"""The gaps of a plan in words that say what to do, and the page that mends each."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from labs.models import Revision
from reviews.rules import gate

# The page that mends a gap: its name, and the number or key in its address.
PAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "goal": ("labs:goal_new", ("revision",)),
    "kpi_direction": ("kpis:kpi_redefine", ("key",)),
    "kpi_owner": ("kpis:kpi_edit", ("key",)),
    "kpi_verifier": ("kpis:kpi_edit", ("key",)),
    "kpi_target": ("kpis:target_edit", ("revision", "key")),
    "milestone_owner": ("labs:milestone_edit", ("revision", "key")),
    "milestone_dates": ("labs:milestone_edit", ("revision", "key")),
    "initiative_lead": ("labs:initiative_edit", ("revision", "key")),
    "undated": ("labs:revision", ("revision",)),
    "astray": ("labs:revision", ("revision",)),
    "unfunded": ("labs:revision", ("revision",)),
    "initiative_dates": ("labs:initiative_edit", ("revision", "key")),
    "trial_end": ("labs:initiative_edit", ("revision", "key")),
    "stress_test": ("labs:stress_test", ("revision",)),
    "stress_test_fails": ("labs:stress_test", ("revision",)),
    "lab_seats": ("labs:seat_new", ("lab",)),
    "lab_core": ("labs:lab", ("lab",)),
    "lab_mandate": ("labs:seat_edit", ("lab", "key")),
    "lab_problem": ("labs:problem_new", ("lab",)),
    "lab_causes": ("labs:problem_new", ("lab",)),
    "lab_commitments": ("labs:revision", ("revision",)),
    "objection": ("labs:objection_answer", ("key",)),
    "objection_open": ("labs:objection_answer", ("key",)),
    "stands": ("labs:stands", ("revision",)),
    "comments": ("labs:open_days", ("lab",)),
    "approval": ("reviews:plan_gate", ("plan",)),
}
ANCHORS = {"lab_core": "#seats", "approval": "#approval"}


def words(gap: gate.Gap) -> str:
    """A gap in words that say what to do."""
    return _texts()[gap.code] % gap.params


def link(gap: gate.Gap, revision: Revision) -> str:
    """The page on which the gap is mended."""
    if gap.code == "goal_kpi":
        return f"{reverse('kpis:kpi_new')}?goal={gap.key}&revision={revision.pk}"
    known: dict[str, object] = {
        "key": gap.key,
        "revision": revision.pk,
        "lab": revision.plan.lab_id,
        "plan": revision.plan_id,
    }
    name, takes = PAGES[gap.code]
    return reverse(name, args=[known[each] for each in takes]) + ANCHORS.get(gap.code, "")


def _texts() -> dict[str, str]:
    return {
        "goal": _("The plan has no goal. Write at least one."),
        "goal_kpi": _("The goal “%(goal)s” has no KPI that says which way is better. Add one."),
        "kpi_direction": _(
            "The KPI “%(kpi)s” has no direction. Say whether more or less is better."
        ),
        "kpi_owner": _("The KPI “%(kpi)s” has no owner. Name the post that answers for it."),
        "kpi_verifier": _("The KPI “%(kpi)s” has no verifier. Name the post that checks it."),
        "kpi_target": _("The KPI “%(kpi)s” has no target. Set one for at least one period."),
        "milestone_owner": _("The milestone “%(milestone)s” has no owner. Name one post."),
        "milestone_dates": _("The milestone “%(milestone)s” ends before it starts."),
        "initiative_lead": _("The initiative “%(initiative)s” has no lead. Name one post."),
        "undated": _("Initiatives and milestones without a start or a finish: %(count)s."),
        "astray": _(
            "Milestones outside the time of their initiative: %(count)s, such as %(names)s."
        ),
        "unfunded": _("Initiatives without a budget line: %(count)s."),
        "initiative_dates": _("The initiative “%(initiative)s” ends before it starts."),
        "stress_test": _("The plan has not been stress-tested. Record the test."),
        "stress_test_fails": _(
            "The stress test says the plan fails. Mend the plan, then test again."
        ),
        "objection": _("%(organisation)s objects, and blocks until it is answered. Answer it."),
        "objection_open": _("The objection of %(organisation)s has no answer yet."),
        "stands": _("Core seats that have not said where they stand: %(names)s."),
        "comments": _("Comments of open days that await an answer: %(count)s."),
        "lab_seats": _("The lab has no seats. Add the organisations that take part."),
        "lab_core": _("None of the lab's seats is a core seat. Make at least one core."),
        "lab_mandate": _(
            "No core seat has a recorded mandate. Record what one may commit its organisation to."
        ),
        "lab_problem": _("The lab has no problem statement. Write down what the problem is."),
        "lab_causes": _("The problem statement names no causes. Write those that are known."),
        "trial_end": _("The trial “%(initiative)s” has no day on which it expires. Give one."),
        "lab_commitments": _(
            "A fixed contract has at least one commitment that is verified. Write it down."
        ),
        "approval": _("The steering committee has not approved the plan."),
    }
