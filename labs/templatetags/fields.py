"""What the parts of plans, their fields and their choices are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from labs.models import Answer, Question
from labs.models.content import Intervention, Pathway, Purpose, Scope

PARTS: dict[str, str | Promise] = {
    "goal": gettext_lazy("Goal"),
    "initiative": gettext_lazy("Initiative"),
    "milestone": gettext_lazy("Milestone"),
    "budget_line": gettext_lazy("Budget line"),
    "commitment": gettext_lazy("Promise"),
    "answer": gettext_lazy("Answer"),
    "dependency": gettext_lazy("Request"),
    "target": gettext_lazy("Target"),
}
FIELDS: dict[str, str | Promise] = {
    "title": gettext_lazy("title"),
    "description": gettext_lazy("description"),
    "goal_key": gettext_lazy("goal"),
    "initiative_key": gettext_lazy("initiative"),
    "milestone_key": gettext_lazy("milestone"),
    "lead": pgettext_lazy("who leads an initiative", "lead"),
    "owner": gettext_lazy("owner"),
    "starts_on": gettext_lazy("start"),
    "finishes_on": gettext_lazy("finish"),
    "expires_on": gettext_lazy("expiry"),
    "wind_down_until": gettext_lazy("end of winding down"),
    "budget": gettext_lazy("budget"),
    "scope": gettext_lazy("scope"),
    "intervention": gettext_lazy("type"),
    "pathway": gettext_lazy("pathway"),
    "instrument": gettext_lazy("instrument"),
    "target_group": gettext_lazy("target group"),
    "depends_on": gettext_lazy("comes after"),
    "budget_line_key": gettext_lazy("budget line"),
    "purpose": gettext_lazy("what it is for"),
    "currency": gettext_lazy("currency"),
    "year": gettext_lazy("year"),
    "price_base": gettext_lazy("prices of"),
    "planned": gettext_lazy("planned"),
    "beneficiary": gettext_lazy("beneficiary"),
    "verify_on": gettext_lazy("verified on"),
    "sanction": gettext_lazy("sanction"),
    "question": gettext_lazy("question"),
    "verdict": gettext_lazy("answer"),
    "override": gettext_lazy("why it goes ahead all the same"),
    "provider": gettext_lazy("who is asked"),
    "due_on": gettext_lazy("needed by"),
    "step_key": gettext_lazy("step that delivers it"),
}
# Fields that go by another name in one kind of part.
OF_PART: dict[tuple[str, str], str | Promise] = {
    ("answer", "title"): gettext_lazy("reason"),
    ("commitment", "title"): gettext_lazy("promise"),
    ("dependency", "title"): gettext_lazy("what is needed"),
}
CHOICES: dict[str, Mapping[Any, Any]] = {
    "scope": dict(Scope.choices),
    "intervention": dict(Intervention.choices),
    "pathway": dict(Pathway.choices),
    "purpose": dict(Purpose.choices),
    "verdict": dict(Answer.Verdict.choices),
    "question": dict(Question.choices),
}


def field_word(part: str, field: str) -> str:
    """The word for a field of a kind of part; empty for what is none."""
    return str(OF_PART.get((part, field)) or FIELDS.get(field, ""))
