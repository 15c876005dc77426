"""Why a trigger is not open now, in words that say what to do."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from reviews.models.disputes import Trigger
from reviews.rules import ladder

WORDS = {
    "ended": _("The dispute has ended."),
    "at_top": _("It stands at the top: there is nowhere left to climb."),
    "passes_by_itself": _("Deadlines pass by themselves."),
    "neither_chair_nor_party": _(
        "Only a party, or the chair of the forum that holds the dispute, may bump it up."
    ),
    "minimum_stay": _("The minimum stay at this tier is not over, and not all parties waived it."),
    "positions_missing": _(
        "Not every party has stated its position at this tier yet. The last day here passes by"
        " itself all the same, and the chair need not wait."
    ),
    "no_settlement_answered": _(
        "No settlement proposal was answered at this tier yet. Propose one, or answer one."
    ),
    "nothing_withheld": _(
        "No information request was refused or passed its day without an answer."
    ),
    "no_action_overdue": _("No action of a party on this subject is overdue."),
    "forum_can_sit": _("The forum can sit."),
}


@dataclass(frozen=True, slots=True)
class Option:
    """One trigger with why it is not open now; ``obstacles`` empty: it is."""

    trigger: str
    label: str
    obstacles: tuple[str | Promise, ...]

    @property
    def is_open(self) -> bool:
        return not self.obstacles


def in_words(code: str) -> str | Promise:
    """One obstacle for a person."""
    return WORDS[code]


def options(standing: ladder.Standing) -> list[Option]:
    """Every trigger people may use, each open or with its reasons."""
    return [
        Option(
            trigger=trigger,
            label=str(Trigger(trigger).label),
            obstacles=tuple(in_words(code) for code in ladder.obstacles(trigger, standing)),
        )
        for trigger in ladder.BY_PEOPLE
    ]
