"""How each status looks: a word, a symbol and a tone, in one place.

The tone is a class of the style sheet; the word is always shown, so that no one depends on colour.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Look:
    """Word (translated), symbol (decorative) and tone of one status."""

    word: str | Promise
    symbol: str
    tone: str


LOOKS: dict[str, Look] = {
    # Series and milestones
    "on_track": Look(_("On track"), "●", "good"),
    "at_risk": Look(_("At risk"), "▲", "warn"),
    "off_track": Look(_("Off track"), "▼", "bad"),
    "no_target": Look(_("No target"), "○", "neutral"),
    "missing": Look(_("Missing"), "?", "missing"),
    "not_due": Look(_("Not due"), "–", "neutral"),
    "indeterminate": Look(_("Indeterminate"), "≈", "neutral"),
    "disputed": Look(_("Disputed"), "◆", "special"),
    "context": Look(_("Context only"), "◇", "neutral"),
    # Milestone reports
    "not_started": Look(_("Not started"), "○", "neutral"),
    "on_course": Look(_("On course"), "●", "good"),
    "late": Look(_("Late"), "▼", "bad"),
    "blocked": Look(_("Blocked"), "■", "bad"),
    "done": Look(_("Done"), "✓", "good"),
    # Cases: deviations, reviews, disputes, motions, actions, plans
    "open": Look(_("Open"), "○", "info"),
    "closed": Look(_("Closed"), "✓", "neutral"),
    "overdue": Look(_("Overdue"), "▼", "bad"),
    "settled": Look(_("Settled"), "✓", "good"),
    "ruled": Look(_("Ruled"), "✓", "special"),
    "withdrawn": Look(_("Withdrawn"), "–", "neutral"),
    "draft": Look(_("Draft"), "○", "neutral"),
    "submitted": Look(_("Submitted"), "▶", "info"),
    "approved": Look(_("Approved"), "✓", "good"),
    "in_force": Look(_("In force"), "●", "good"),
    "superseded": Look(_("Superseded"), "–", "neutral"),
    "carried": Look(_("Carried"), "✓", "good"),
    "lost": Look(_("Lost"), "✕", "bad"),
    "lapsed": Look(_("Lapsed"), "–", "neutral"),
    "verified": Look(_("Verified"), "✓", "good"),
    "unverified": Look(_("Unverified"), "○", "warn"),
    "provisional": Look(_("Provisional"), "○", "info"),
    "final": Look(_("Final"), "●", "neutral"),
    "locked": Look(_("Locked"), "■", "info"),
    "corrected": Look(_("Corrected"), "–", "neutral"),
    "retracted": Look(_("Retracted"), "✕", "neutral"),
    # Registers
    "proposed": Look(_("Proposed"), "○", "info"),
    "answered": Look(_("Being answered"), "▶", "info"),
    "gone": Look(_("Out of the way"), "✓", "good"),
    "accepted": Look(_("Accepted"), "▶", "info"),
    "declined": Look(_("Declined"), "–", "neutral"),
    "agreed": Look(_("Agreed"), "✓", "good"),
    "broken_off": Look(_("Broken off"), "✕", "bad"),
    "ahead": Look(_("Not open yet"), "○", "neutral"),
    # Meetings and what became of their items
    "planned": Look(_("Planned"), "○", "info"),
    "held": Look(_("Held"), "✓", "good"),
    "cancelled": Look(_("Cancelled"), "–", "neutral"),
    "missed": Look(_("Did not take place"), "✕", "bad"),
    "decided": Look(_("Decided"), "✓", "good"),
    "noted": Look(_("Noted"), "●", "neutral"),
    "carried_over": Look(_("Carried over"), "▶", "warn"),
}


def look_of(status: str) -> Look:
    """The look of ``status``; an unknown one shows its own name in a neutral tone."""
    name = str(status)
    return LOOKS.get(name) or Look(name.replace("_", " ").capitalize(), "•", "neutral")
