"""Money, promises and requests of the world's plans, each text with the word that must not get out."""

from __future__ import annotations

import datetime
from typing import Any
from uuid import UUID

from labs.models import (
    Answer,
    BudgetFigure,
    BudgetLine,
    Commitment,
    CommitmentCheck,
    Dependency,
    DependencyAnswer,
    Plan,
)
from people.models import Organisation
from tests.factories.labs import AT


def build(
    plan: Plan,
    *,
    initiative: UUID,
    milestone: UUID,
    asked: Organisation,
    of: str = "",
    word: str = "",
) -> dict[str, Any]:
    """One part of each kind in what is in force, and a record of each."""
    said = word or "said"
    day = datetime.date(2019, 1, 31)
    row = {"plan": plan, "from_revision": plan.in_force}
    line = BudgetLine.objects.create(
        **row, initiative_key=initiative, title=f"Buy {said}", currency="MYR", year=2019, planned=5
    )
    promise = Commitment.objects.create(
        **row,
        initiative_key=initiative,
        title=f"Hire for {said}",
        beneficiary=asked,
        verify_on=day,
        sanction=f"No {said}",
    )
    need = Dependency.objects.create(
        **row, milestone_key=milestone, title=f"A road to {said}", provider=asked, due_on=day
    )
    Answer.objects.create(
        **row,
        initiative_key=initiative,
        question="capability",
        verdict="no",
        title=f"Nobody knows {said}",
        override=f"We learn {said}",
    )
    BudgetFigure.objects.create(
        plan=plan,
        line_key=line.key,
        kind="spent",
        amount=1,
        on=day,
        source=f"Bill of {said}",
        at=AT,
    )
    CommitmentCheck.objects.create(
        plan=plan, commitment_key=promise.key, result="kept", basis=f"We saw {said}", at=AT
    )
    DependencyAnswer.objects.create(
        plan=plan, dependency_key=need.key, state="refused", note=f"Too much {said}", at=AT
    )
    return {
        f"{of}initiative": initiative,
        f"{of}budget line": line.key,
        f"{of}commitment": promise.key,
        f"{of}dependency": need.key,
    }
