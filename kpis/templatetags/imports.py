"""How an import is shown: its state as a mark, its rows by what became of them."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from people.templatetags.formats import number

register = template.Library()

# State -> word, tone, symbol.
STATES = {
    "reading": (_("The file is read"), "info", "▶"),
    "choosing": (_("Waits for you"), "warn", "○"),
    "checking": (_("Checked"), "info", "▶"),
    "comparing": (_("Compared with what is there"), "info", "▶"),
    "checked": (_("Ready to load"), "warn", "○"),
    "loading": (_("Loading"), "info", "▶"),
    "done": (_("Loaded"), "good", "✓"),
    "undoing": (_("Taken back"), "info", "▶"),
    "undone": (_("Taken back"), "neutral", "–"),
    "refused": (_("Refused"), "bad", "✕"),
    "dropped": (_("Given up"), "neutral", "–"),
}
BEFORE = (
    ("rows", _("Rows")),
    ("new", _("New")),
    ("already", _("Known already")),
    ("conflict", _("Differ from what is there")),
    ("refused", _("Cannot be read")),
    ("skipped", _("Skipped")),
    ("locked", _("Locked")),
    ("closed", _("Programme closed")),
)
AFTER = (
    ("rows", _("Rows")),
    ("done_new", _("Loaded")),
    ("done_corrected", _("Corrected")),
    ("done_already", _("Known already")),
    ("done_conflict", _("Differ, left as they were")),
    ("refused", _("Cannot be read")),
    ("skipped", _("Skipped")),
    ("done_locked", _("Locked")),
    ("done_closed", _("Programme closed")),
    ("undone", _("Taken back")),
)
ALWAYS = {"rows", "new", "done_new", "refused"}


@register.inclusion_tag("components/status_tag.html")
def import_state(job: Any) -> dict[str, object]:
    """``{% import_state job %}``: a word, a symbol and a colour."""
    word, tone, symbol = STATES[job.state]
    return {"word": word, "symbol": symbol, "tone": tone}


@register.inclusion_tag("components/figures.html")
def import_counts(job: Any) -> dict[str, object]:
    """``{% import_counts job %}``: rows by what becomes, or became, of them."""
    shown = BEFORE if job.state == "checked" else AFTER
    return {
        "figures": [
            {"label": label, "value": number(job.counts.get(name, 0))}
            for name, label in shown
            if name in ALWAYS or job.counts.get(name)
        ]
    }
