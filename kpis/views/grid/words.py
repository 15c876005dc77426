"""What the page's script is told: cells as they are stored, and its words in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from kpis.models import Reading
from kpis.selectors.pages.cells import Cell
from kpis.templatetags.grid import LOOKS, marks
from kpis.templatetags.readings import observed
from people.templatetags.formats import moment
from people.templatetags.statuses import Look


def cell_data(cell: Cell) -> dict[str, Any]:
    """A cell as the page's script shows it."""
    reading = cell.reading
    unit = cell.series.definition.unit
    return {
        "key": cell.key,
        "version": cell.version,
        "locked": cell.lock is not None,
        "provisional": bool(reading and reading.state == Reading.State.PROVISIONAL),
        "marks": [look_data(each) for each in marks(cell)],
        "said": observed(reading, unit) if reading else "",
        "by": str(reading.by_user) if reading and reading.by_user else "",
        "when": moment(reading.at) if reading else "",
        **cell.texts,
    }


def look_data(look: Look) -> dict[str, str]:
    return {"word": str(look.word), "symbol": look.symbol, "tone": look.tone}


def words() -> dict[str, Any]:
    """What the page's script says, in the reader's language."""
    return {
        "looks": {name: look_data(look) for name, look in LOOKS.items()},
        "offline": _("No connection. What you type is kept here and sent when it is back."),
        "signedOut": _("You are signed out. Sign in in another tab, then come back."),
        "waiting": _("Not sent yet"),
        "typing": _("Not sent yet: leave the cell to save it"),
        "allSaved": _("Everything is saved."),
        "pending": _("Cells not saved yet: {n}"),
        "refusedCount": _("Cells that were not saved: {n}"),
        "elsewhere": _("Values typed on another page of the grid wait here: {n}"),
        "makeFinal": _("Make it final"),
        "discard": _("Discard"),
        "here": _("{names}: in this cell now"),
        "theirs": _("{by} wrote {value}, {when}."),
        "gone": _("The value was taken back meanwhile."),
        "mine": _("You wrote {value}."),
        "keepTheirs": _("Keep {value}"),
        "useMine": _("Use {value}"),
        "keepNothing": _("Leave it empty"),
        "updated": _("{by} changed this to {value}."),
        "left": _("Values that fell outside the table or on locked cells: {n}"),
        "pasted": _("Values pasted: {n}"),
        "saved": _("Saved: {cell}"),
        "notSaved": _("Not saved: {cell}. {why}"),
        "document": _("The document is kept and goes with what you type from now on: {name}"),
    }
