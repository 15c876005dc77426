"""One small form per part of a plan."""

from labs.forms.parts.base import PartForm, Place, ReasonForm
from labs.forms.parts.means import GoalForm, InitiativeForm
from labs.forms.parts.steps import DependencyForm, MilestoneForm
from labs.forms.parts.terms import BudgetLineForm, CommitmentForm
from labs.rules.revisions import (
    BUDGET_LINE,
    COMMITMENT,
    DEPENDENCY,
    GOAL,
    INITIATIVE,
    MILESTONE,
)

FORMS: dict[str, type[PartForm]] = {
    GOAL: GoalForm,
    INITIATIVE: InitiativeForm,
    MILESTONE: MilestoneForm,
    BUDGET_LINE: BudgetLineForm,
    COMMITMENT: CommitmentForm,
    DEPENDENCY: DependencyForm,
}

__all__ = ["FORMS", "PartForm", "Place", "ReasonForm"]
