"""How the way to a series' targets runs, as a change of a plan writes it.

A target change whose field is ``path`` holds {"method", "baseline", "baseline_on"}: the
method is one of METHODS; baseline and the last day of its period are both given or both
null. The targets themselves are changes of their own, one per period.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from labs.rules import parts
from labs.rules.revisions import PATH, TARGET, Change

METHODS = ("points", "steps", "linear")
NAMES = ("method", "baseline", "baseline_on")


def read(raw: Mapping[str, Any]) -> tuple[dict[str, str | None], dict[str, parts.Problem]]:
    """A path in its one spelling, and problems by field."""
    method = str(raw.get("method") or "").strip()
    problems: dict[str, parts.Problem] = {}
    path: dict[str, str | None] = {"method": method}
    if method not in METHODS:
        problems["method"] = parts.Problem("unknown_method")
    for name, reader in (("baseline", parts.read_decimal), ("baseline_on", parts.read_date)):
        text = str(raw.get(name) or "").strip()
        try:
            path[name] = reader(text) if text else None
        except parts.Unreadable as error:
            problems[name] = error.problem
    if not problems and (path["baseline"] is None) != (path["baseline_on"] is None):
        name = "baseline" if path["baseline"] is None else "baseline_on"
        problems[name] = parts.Problem("baseline_with_its_day")
    return path, problems


def leads_to(targets: Iterable[Change]) -> dict[str, Any]:
    """The last target of a series after ``targets`` were set in this order: its numbers and period.

    Empty where none is left.
    """
    asked = {change.field: change.after for change in targets if is_target(change)}
    last = max(
        (field for field, after in asked.items() if after is not None),
        key=lambda field: field.rpartition("/")[2],
        default=None,
    )
    return {} if last is None else {**asked[last], "period": last}


def is_path(change: Change) -> bool:
    """Whether a change is about the path of a series."""
    return change.part == TARGET and change.field == PATH


def is_target(change: Change) -> bool:
    """Whether a change is about the target of one period."""
    return change.part == TARGET and change.field != PATH
