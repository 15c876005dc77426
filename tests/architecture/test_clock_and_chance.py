"""Time and chance come from one place each, so that a simulation can be told them (ADR 18)."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ["ledger", "people", "forums", "labs", "kpis", "reviews", "starters", "simulator", "demo"]
CODE = sorted(
    path
    for folder in [*APPS, "config"]
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)

# Names that read a clock or draw by chance, as they are written in calls and as defaults.
CHANCE = {
    *("secrets.token_hex", "secrets.token_urlsafe", "secrets.token_bytes", "secrets.choice"),
    *("uuid.uuid1", "uuid.uuid4", "uuid4", "token_hex", "token_urlsafe", "get_random_string"),
    *("random.random", "random.choice", "random.randint", "random.Random", "random.shuffle"),
    *("timezone.now", "datetime.now", "datetime.datetime.now", "datetime.datetime.utcnow"),
    *("time.time", "time.time_ns", "date.today", "datetime.date.today"),
}

# Where they may stand, and why.
ALLOWED = {
    "ledger/entropy.py": "the one source of chance",
    "ledger/wallclock.py": "the one source of real time",
    "config/clock.py": "the business clock, read by edges only",
    "config/environment.py": "keys of an installation, made once: secrets",
    "config/folder_queue.py": "names of files of the broker; nothing of it is kept",
    "config/health.py": "whether a worker is alive: of this machine, not of the record",
    "config/turns.py": "which runs a worker passes over: of this machine, not of the record",
    "people/rules/tokens.py": "tokens and invitations let somebody in: secrets",
    "people/api/authentication.py": "whether a token has run out, asked of real time at the edge",
    "people/views/tokens.py": "a page shows which tokens have run out",
    "people/views/invitations.py": "a page shows which invitations have run out",
    "demo/management/commands/load_demo.py": "the edge: when the demonstration was loaded",
}


def names_used(path: Path) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
        and isinstance(node.ctx, ast.Load)
        and ast.unparse(node) in CHANCE
    ]


def test_chance_and_clocks_stand_where_they_may() -> None:
    elsewhere = [path for path in CODE if str(path.relative_to(ROOT)) not in ALLOWED]
    found = [line for path in elsewhere for line in names_used(path)]
    assert [line for line in found if "entropy.token_hex" not in line] == []


@pytest.mark.parametrize("file", sorted(ALLOWED))
def test_every_exception_is_still_needed(file: str) -> None:
    assert names_used(ROOT / file)


def test_a_given_clock_and_seed_reach_nothing_that_serves_people() -> None:
    """Only the simulator may say what time it is and what chance brings."""
    given = {"wallclock.at", "entropy.seeded"}
    users = {
        str(path.relative_to(ROOT))
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in given
    }
    assert {user for user in users if not user.startswith("simulator/")} == set()
