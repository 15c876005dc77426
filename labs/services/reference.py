"""Reference lists: installing the entries that come with the product, and changing them.

An entry is never rewritten. Changing it adds a version and supersedes the one before;
what named the old version keeps it.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from labs.models import ReferenceItem
from labs.models.reference import List
from ledger.rules.actors import Actor
from ledger.services import events

DEFAULTS = Path(__file__).resolve().parent.parent / "data" / "reference.toml"
LANGUAGES = ("es", "ms", "pt")
SIZES = "firm_sizes"


@transaction.atomic
def install_defaults(*, by: Actor, at: datetime) -> int:
    """Add the entries of ``labs/data/reference.toml`` that no version exists of.

    Entries that were edited or retired stay as they are, so it may run any number of
    times. One event for all that was added. Returns how many.
    """
    present = set(ReferenceItem.objects.values_list("list", "code", "country"))
    missing = [
        ReferenceItem(**entry, written_at=at)
        for entry in _defaults()
        if (entry["list"], entry["code"], entry["country"]) not in present
    ]
    if not missing:
        return 0
    ReferenceItem.objects.bulk_create(missing, ignore_conflicts=True)
    rows = "\n".join(f"{each.list}/{each.country}/{each.code}" for each in missing)
    events.record(
        verb="reference.installed",
        subject=("labs.referenceitem", "defaults"),
        by=by,
        at=at,
        data={"entries": len(missing), "digest": hashlib.sha256(rows.encode()).hexdigest()},
    )
    return len(missing)


def _defaults() -> Iterator[dict[str, Any]]:
    """Every entry of the file, as fields of a ReferenceItem."""
    told: Mapping[str, Any] = tomllib.loads(DEFAULTS.read_text())
    for name in List.values:
        for position, entry in enumerate(told[name], start=1):
            yield _entry(name, position, entry)
    sizes = {entry["code"]: entry for entry in told[List.FIRM_SIZE]}
    for definition in told[SIZES]:
        for position, (code, bounds) in enumerate(definition["bounds"].items(), start=1):
            yield _entry(List.FIRM_SIZE, position, sizes[code]) | {
                "country": definition["country"],
                "valid_from": definition.get("valid_from"),
                "note": definition["note"],
                "low": bounds[0],
                "high": bounds[1] if len(bounds) > 1 else None,
            }


def _entry(name: str, position: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "list": name,
        "code": entry["code"],
        "country": "",
        "label": entry["en"],
        "labels": {language: entry[language] for language in LANGUAGES},
        "note": entry.get("note", ""),
        "low": entry.get("low"),
        "high": entry.get("high"),
        "support": entry.get("support", ""),
        "position": position,
    }
