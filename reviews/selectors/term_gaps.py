"""What the tests, checklists and budget of a draft still ask for, for the gate."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from labs.models import Initiative, Question, Revision
from labs.models.questions import FINDINGS
from labs.rules import answers, money
from labs.rules.answers import Finding
from labs.rules.plans import PlanContent
from labs.selectors import budgets, plans, settings
from people import amounts

Gap = tuple[str, str, str, str, bool]  # code, words, address, no KPI, whether it blocks


def missing(revision: Revision) -> list[Gap]:
    """Tests that are open or failed, what initiatives lack, ceilings that are passed."""
    content = plans.draft(revision)
    programme = revision.plan.lab.area.programme
    setting = settings.of(programme).tests
    in_force = Initiative.objects.filter(plan=revision.plan_id, until_revision=None)
    known = set(in_force.values_list("key", flat=True))
    found = [
        (
            each.code,
            _words(each),
            _link(each, revision),
            "",
            answers.blocks(each, setting=setting, in_force=known),
        )
        for each in answers.findings(content)
    ]
    return found + _over(revision, content)


def _words(finding: Finding) -> str:
    questions = ", ".join(str(Question(each).label) for each in finding.questions)
    said = str(FINDINGS[finding.code]) % {"questions": questions}
    return _("“%(initiative)s”: %(finding)s") % {"initiative": finding.title, "finding": said}


def _link(finding: Finding, revision: Revision) -> str:
    """The page on which it is mended."""
    names = {
        "tests_open": "labs:initiative_tests",
        "tests_failed": "labs:initiative_tests",
        "build_up": "labs:milestone_new",
        "no_reciprocity": "labs:commitment_new",
    }
    name = names.get(finding.code, "labs:initiative_edit")
    return reverse(name, args=[revision.pk, finding.key])


def _over(revision: Revision, content: PlanContent) -> list[Gap]:
    """Ceilings that were lowered, or that other plans have used up since this was written."""
    plan = revision.plan
    planned = money.planned_by_year(content)
    if not planned:
        return []
    rows = budgets.ceilings(plan.lab.area.programme)
    limits = {place: row.amount for place, row in rows.items()}
    others = budgets.planned_by_others(plan)
    said = _("With the other plans, %(year)s comes to %(planned)s: %(by)s more than the ceiling.")
    url = reverse("labs:ceilings", args=[plan.lab.area.programme.code])
    return [
        (
            "over_ceiling",
            said
            % {
                "year": over.year,
                "planned": amounts.in_words(over.planned, over.currency),
                "by": amounts.in_words(over.by, over.currency),
            },
            url,
            "",
            False,
        )
        for over in money.over_ceiling({}, planned, others, limits)
    ]
