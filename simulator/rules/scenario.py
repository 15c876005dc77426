"""What a scenario may set: each setting with its bounds, read from a table and checked.

A scenario is a mapping of tables, as TOML or JSON gives it:
``{"government": {"ministries": 6}, "disputes": {"settlement": [0.02, 0.04, 0.06, 0.1]}}``.
Whatever is left out keeps its default. ``read`` tells everything that is wrong at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from datetime import date
from typing import Any

TIERS = 4
RULES = "rules"  # the one table with names of its own: "kind.setting" = value


class Unreadable(ValueError):
    """A scenario that cannot be taken; ``problems`` says line by line what to mend."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _number(table: str, default: float, high: float = 1.0, low: float = 0.0) -> Any:
    meta = {"table": table, "kind": "number", "low": low, "high": high}
    return field(default=default, metadata=meta)


def _whole(table: str, default: int, low: int, high: int) -> Any:
    meta = {"table": table, "kind": "whole", "low": low, "high": high}
    return field(default=default, metadata=meta)


def _per_tier(table: str, default: tuple[float, ...], kind: str, low: float, high: float) -> Any:
    meta = {"table": table, "kind": kind, "low": low, "high": high, "many": TIERS}
    return field(default=default, metadata=meta)


def _text(table: str, default: str) -> Any:
    return field(default=default, metadata={"table": table, "kind": "text"})


@dataclass(frozen=True, slots=True)
class Scenario:
    """All settings. Rates are shares (0 to 1); days of forums are working days.

    What stands in a list of four is per tier, lowest first: working committee, steering
    committee, task force, top.
    """

    ministries: int = _whole("government", 4, 2, 40)
    ministries_per_steering: int = _whole("government", 2, 1, 40)
    country: str = _text("government", "MY")
    starts_on: str = _text("government", "2027-01-04")

    per_ministry: int = _whole("plans", 2, 1, 20)
    kpis: int = _whole("plans", 12, 2, 400)
    milestones: int = _whole("plans", 3, 1, 20)
    sound: float = _number("plans", 0.3)

    response_days: tuple[int, ...] = _per_tier("forums", (10, 10, 15, 20), "whole", 1, 250)
    minimum_stay_days: tuple[int, ...] = _per_tier("forums", (5, 5, 5, 5), "whole", 0, 250)
    closes_in_month: int = _whole("forums", 9, 0, 600)

    noise: float = _number("values", 0.03)
    shock_rate: float = _number("values", 0.03)
    shock_size: float = _number("values", 0.35, high=5.0)
    late_rate: float = _number("values", 0.08)
    correction_rate: float = _number("values", 0.08)
    slip_rate: float = _number("values", 0.2)

    vacancy_rate: float = _number("people", 0.01)
    acting_rate: float = _number("people", 0.6)
    vacancy_days: int = _whole("people", 30, 1, 500)

    explained_in_time: float = _number("reviews", 0.8)
    changes_goal: float = _number("reviews", 0.15)
    changes_execution: float = _number("reviews", 0.35)
    no_action: float = _number("reviews", 0.15)
    votes_for: float = _number("reviews", 0.9)
    motion_withdrawn: float = _number("reviews", 0.03)
    action_late: float = _number("reviews", 0.3)
    action_left: float = _number("reviews", 0.15)

    opened_per_review: float = _number("disputes", 0.35)
    opened_per_overdue: float = _number("disputes", 0.4)
    opened_in_error: float = _number("disputes", 0.06)
    distributional: float = _number("disputes", 0.2)
    joined_late: float = _number("disputes", 0.15)
    # Just below the top everybody sees who would rule, and knowing what: they settle soonest
    # there, and a task force rules on what was sent up to it rather than pass it on.
    settlement: tuple[float, ...] = _per_tier("disputes", (0.08, 0.08, 0.12, 0.1), "number", 0, 1)
    ruling: tuple[float, ...] = _per_tier("disputes", (0.01, 0.02, 0.04, 0.06), "number", 0, 1)
    bump_up: float = _number("disputes", 0.05)
    bump_up_on_ground: float = _number("disputes", 0.25)
    given_up: float = _number("disputes", 0.003)
    asked: float = _number("disputes", 0.3)
    withheld: float = _number("disputes", 0.3)
    time_asked: float = _number("disputes", 0.2)
    extension: float = _number("disputes", 0.5)

    rules: Mapping[str, Any] = field(default_factory=dict, metadata={"table": RULES})

    @property
    def first_day(self) -> date:
        return date.fromisoformat(self.starts_on)


def read(given: Mapping[str, Any]) -> Scenario:
    """The scenario that ``given`` describes. Raises Unreadable with all that is wrong."""
    problems: list[str] = []
    known = {(each.metadata["table"], each.name): each for each in fields(Scenario)}
    tables = {table for table, _name in known}
    values: dict[str, Any] = {}
    for table, entries in given.items():
        if table not in tables:
            problems.append(f"[{table}]: there is no such table. Use {', '.join(sorted(tables))}.")
        elif not isinstance(entries, Mapping):
            problems.append(f"[{table}]: this is a table of settings, not one value.")
        elif table == RULES:
            values["rules"] = _flat(entries)
        else:
            _read_table(table, entries, known, values, problems)
    try:
        scenario = Scenario(**values)
        date.fromisoformat(scenario.starts_on)
    except ValueError:
        problems.append("government.starts_on: write a day as in 2027-01-04.")
    if problems:
        raise Unreadable(problems)
    return scenario


def _read_table(
    table: str,
    entries: Mapping[str, Any],
    known: Mapping[tuple[str, str], Any],
    values: dict[str, Any],
    problems: list[str],
) -> None:
    names = sorted(name for where, name in known if where == table)
    for name, value in entries.items():
        setting = known.get((table, name))
        if setting is None:
            said = ", ".join(names)
            problems.append(f"{table}.{name}: there is no such setting. Use {said}.")
            continue
        wrong = _wrong(setting.metadata, value)
        if wrong:
            problems.append(f"{table}.{name}: {wrong}")
        else:
            values[name] = tuple(value) if "many" in setting.metadata else value


def _wrong(meta: Mapping[str, Any], value: Any) -> str:
    """What is wrong with a value, in words; empty if nothing is."""
    if meta["kind"] == "text":
        return "" if isinstance(value, str) else "write it in quotes."
    kind = "whole numbers" if meta["kind"] == "whole" else "numbers"
    bounds = f"from {meta['low']:g} to {meta['high']:g}"
    if "many" in meta:
        fits = isinstance(value, list | tuple) and len(value) == meta["many"]
        if not fits or not all(_fits(meta, each) for each in value):
            return f"give {meta['many']} {kind} {bounds}, one per tier, lowest first."
        return ""
    one = kind.removesuffix("s")
    return "" if _fits(meta, value) else f"give a {one} {bounds}."


def _fits(meta: Mapping[str, Any], value: Any) -> bool:
    kinds = (int,) if meta["kind"] == "whole" else (int, float)
    right = isinstance(value, kinds) and not isinstance(value, bool)
    return right and bool(meta["low"] <= value <= meta["high"])


def _flat(entries: Mapping[str, Any]) -> dict[str, Any]:
    """{"progress": {"consecutive": 2}} and {"progress.consecutive": 2} mean the same."""
    found: dict[str, Any] = {}
    for name, value in entries.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{inner}": given for inner, given in value.items()}
        else:
            found[name] = value
    return found


def as_tables(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """The scenario as it would be written in a file, every setting said."""
    tables: dict[str, dict[str, Any]] = {}
    for each in fields(Scenario):
        if each.default is MISSING:
            tables[RULES] = dict(getattr(scenario, each.name))
            continue
        value = getattr(scenario, each.name)
        tables.setdefault(each.metadata["table"], {})[each.name] = (
            list(value) if isinstance(value, tuple) else value
        )
    return tables
