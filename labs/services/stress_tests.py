"""Stress tests: a draft plan held against money, people, time, capability and its window."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Revision, StressTest
from labs.selectors import stress
from labs.services.revisions import drafts
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused


class StressTestRefused(Refused):
    message = _("The stress test is not complete. Mend what is marked.")
    code = "stress_test"


@transaction.atomic
def record(
    *,
    revision: Revision,
    money: str,
    people: str,
    time: str,
    capability: str,
    verdict: str,
    conclusion: str,
    money_note: str = "",
    people_note: str = "",
    time_note: str = "",
    capability_note: str = "",
    political: str = "",
    political_note: str = "",
    assumptions: str = "",
    figures: Mapping[str, Any] | None = None,
    by: Actor,
    at: datetime,
) -> StressTest:
    """Record a stress test of a draft. Each verdict: holds, strained or fails.

    Where a verdict is not "holds" a note says why. ``political`` is empty where nobody
    looked at the political window. What is computed from the draft is kept with the
    verdicts (``figures`` where it was computed already). A later test stands beside an
    earlier one; the newest counts. Raises StressTestRefused, NotADraft.
    """
    verdicts = {"money": money, "people": people, "time": time, "capability": capability}
    notes = {
        "money_note": money_note.strip(),
        "people_note": people_note.strip(),
        "time_note": time_note.strip(),
        "capability_note": capability_note.strip(),
        "political_note": political_note.strip(),
    }
    if political:
        verdicts["political"] = political
    problems = _problems(verdicts, notes, verdict, conclusion)
    if problems:
        raise StressTestRefused(fields=problems)
    drafts.claim(revision)
    test = StressTest.objects.create(
        revision=revision,
        verdict=verdict,
        conclusion=conclusion.strip(),
        assumptions=assumptions.strip(),
        figures=stress.figures(revision) if figures is None else dict(figures),
        at=at,
        **verdicts,
        **notes,
        **StressTest.fields_of(by),
    )
    drafts.record(
        "stress_test.recorded",
        revision,
        by=by,
        at=at,
        data={"stress_test": test.pk, "verdict": verdict, **verdicts},
        texts={**notes, "assumptions": test.assumptions, "conclusion": test.conclusion},
    )
    return test


def _problems(
    verdicts: dict[str, str], notes: dict[str, str], verdict: str, conclusion: str
) -> dict[str, str]:
    known = StressTest.Verdict
    problems = {
        name: _("Choose one of the verdicts.")
        for name, value in {**verdicts, "verdict": verdict}.items()
        if value not in known.values
    }
    for name, value in verdicts.items():
        if value in (known.STRAINED, known.FAILS) and not notes[f"{name}_note"]:
            problems[f"{name}_note"] = _("Say what is short, and what would help.")
    if not conclusion.strip():
        problems["conclusion"] = _("Write what follows from the test.")
    worst = [name for name, value in verdicts.items() if value == known.FAILS]
    if worst and verdict == known.HOLDS:
        problems["verdict"] = _("Where one part fails, the whole cannot simply hold.")
    return {name: str(text) for name, text in problems.items()}
