"""What the entry grid posts: a form for the page, and one entry per cell."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from kpis.models import Reading
from kpis.rules import typed
from kpis.rules.values import Observation
from kpis.selectors.pages.cells import Cell
from kpis.services.sources import LONGEST
from ledger.rules.errors import Refused
from people.models import Document

MOST = 200  # cells in one request
MOST_SHOWN = 1000  # cells that a page may ask about
LARGEST_ID = 2**53
LONGEST_TEXT = 80
PARTS = {"v": "text", "n": "numerator", "d": "denominator"}


class NotEntries(Refused):
    """A request that no page of ours sends."""

    code = "entries"
    message = _("This could not be read. Load the page again.")


class AnotherUser(Refused):
    """The page was opened by somebody else than who is signed in now in this browser."""

    code = "another_user"
    message = _("Somebody else is signed in here now. Load the page again.")


class Emptied(Refused):
    """A value is taken back with a reason, on the KPI's page, not by emptying its cell."""

    code = "emptied"
    message = _("A value is not taken back here. Open the KPI and take it back with a reason.")


class HalfARatio(Refused):
    code = "half"
    message = _("Write both the numerator and the denominator.")


@dataclass(frozen=True, slots=True)
class Entry:
    """What somebody typed into one cell, and all that is said about it."""

    key: str
    version: int
    texts: Mapping[str, str]
    state: str
    source: str
    reason: str
    evidence: int | None = None
    pasted: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(text.strip() for text in self.texts.values())


class GridForm(forms.Form):
    """What holds for everything typed into the page from now on."""

    state = forms.ChoiceField(
        label=_("The values are"),
        choices=[
            (Reading.State.FINAL, _("Final")),
            (Reading.State.PROVISIONAL, _("Provisional: they may still change")),
        ],
        widget=forms.RadioSelect,
        initial=Reading.State.FINAL,
    )
    source = forms.CharField(
        label=_("Source of new values"),
        required=False,
        max_length=LONGEST,
        help_text=_("Empty: the source named under each KPI."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=_("Reason for corrections"),
        required=False,
        help_text=_("Only where a value is there already: it stays visible with this reason."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    proof: Document | None = None  # the document that came with the form, once it is kept

    def __init__(self, *args: Any, evidence: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if evidence:
            self.fields["document"] = forms.FileField(
                label=_("Document that shows the values"),
                required=False,
                help_text=_("You enter these for the posts that own the KPIs."),
            )


def observe(cell: Cell, entry: Entry) -> Observation:
    """What was typed, as an observation. Raises NumberRefused, HalfARatio or Emptied."""
    if entry.is_empty:
        raise Emptied
    texts = entry.texts
    if not cell.is_ratio:
        return typed.read(texts.get("text", ""), pasted=entry.pasted)
    above, below = texts.get("numerator", ""), texts.get("denominator", "")
    if not above.strip() or not below.strip():
        raise HalfARatio
    scale = Decimal(cell.series.definition.scale)
    return typed.read_ratio(above, below, scale, pasted=entry.pasted)


def shown_in(data: Mapping[str, Any]) -> dict[str, int]:
    """The cells that a plain form shows, with the reading each was typed over.

    One hidden field per row (``t-SERIES``: "START_END:READING …"), so that the largest
    page stays below the number of fields that Django takes.
    """
    found = {}
    for name, value in data.items():
        if not name.startswith("t-"):
            continue
        for each in str(value).split():
            period, _colon, version = each.partition(":")
            if re.fullmatch("[0-9]{1,15}", version):
                found[f"{name[2:]}_{period}"] = int(version)
    return found


def changed_entries(
    data: Mapping[str, Any],
    cells: Iterable[Cell],
    seen: Mapping[int, Reading],
    *,
    evidence: int | None = None,
) -> list[Entry]:
    """The cells of a plain form whose text is not what the page showed.

    ``seen``: the readings that the page was typed over.
    """
    found = []
    shown = shown_in(data)
    for cell in cells:
        version = shown.get(cell.key, 0)
        before = Cell(cell.series, cell.period, reading=seen.get(version)).texts
        texts = {
            name: str(data.get(f"{letter}-{cell.key}", ""))[:LONGEST_TEXT].strip()
            for letter, name in PARTS.items()
            if name in before
        }
        if texts == before:
            continue
        found.append(
            Entry(
                key=cell.key,
                version=version,
                texts=texts,
                state=data.get("state", ""),
                source=str(data.get("source", "")).strip(),
                reason=str(data.get("reason", "")).strip(),
                evidence=evidence,
            )
        )
    return found


def entries_of(body: bytes, user_id: int) -> list[Entry]:
    """The cells that the page's script posts. Raises NotEntries or AnotherUser."""
    cells = _json(body, user_id).get("cells")
    if not isinstance(cells, list) or len(cells) > MOST:
        raise NotEntries
    return [_entry(cell) for cell in cells]


def heartbeat_of(body: bytes, user_id: int) -> tuple[dict[str, int], str]:
    """The versions a page shows by cell, and the cell somebody is at.

    Raises NotEntries or AnotherUser.
    """
    given = _json(body, user_id)
    shown, here = given.get("cells"), given.get("here", "")
    if not isinstance(shown, dict) or not isinstance(here, str):
        raise NotEntries
    if len(shown) > MOST_SHOWN or any(type(version) is not int for version in shown.values()):
        raise NotEntries
    return shown, here


def _json(body: bytes, user_id: int) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        raise NotEntries from None
    if not isinstance(given, dict):
        raise NotEntries
    if given.get("user") != user_id:  # a window left open must not write in another's name
        raise AnotherUser if "user" in given else NotEntries
    return given


def _entry(cell: Any) -> Entry:
    if not isinstance(cell, dict):
        raise NotEntries
    texts = {name: cell[name] for name in PARTS.values() if name in cell}
    words = {name: cell.get(name, "") for name in ("key", "state", "source", "reason")}
    version, evidence = cell.get("version", 0), cell.get("evidence")
    strings = [*texts.values(), *words.values()]
    if any(not isinstance(each, str) or "\x00" in each for each in strings):
        raise NotEntries
    if any(not _is_id(number) for number in (version, 0 if evidence is None else evidence)):
        raise NotEntries
    return Entry(
        version=version,
        texts={name: text[:LONGEST_TEXT] for name, text in texts.items()},
        evidence=evidence,
        pasted=cell.get("pasted") is True,
        **words,
    )


def _is_id(number: object) -> bool:
    """A whole number that a database can keep; True and False are none."""
    return type(number) is int and 0 <= number < LARGEST_ID
