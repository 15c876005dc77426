"""Check the code without running it: style, types, import rules, templates, migrations."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
APPS = ["ledger", "people", "forums", "labs", "kpis", "reviews", "starters"]
TYPED = [f"{app}/{room}" for app in APPS for room in ("rules", "services")] + ["simulator"]

# A small machine has two cores. What takes longest begins first.
AT_ONCE = 2


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


CHECKS: list[tuple[str, list[str]]] = [
    ("types", tool("mypy", *TYPED, "config", "scripts")),
    ("style", tool("ruff", "check", "--quiet", ".")),
    ("format", tool("ruff", "format", "--check", "--output-format", "concise", ".")),
    ("imports", tool("lint-imports", "--no-logo")),
    ("templates", tool("djlint", "--lint", "--quiet", "templates")),
    ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
]


def check(command: list[str]) -> tuple[subprocess.CompletedProcess[str], float]:
    """Run one check, in a data folder of its own; the outcome and how long it took."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="makmal-check-") as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": "", "BROKER_URL": ""}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
        )
    return done, time.monotonic() - began


def main() -> int:
    failed = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = {name: pool.submit(check, command) for name, command in CHECKS}
        for name, outcome in running.items():
            done, took = outcome.result()
            print(
                f"  {name:<12} {'failed' if done.returncode else 'ok':<7} {took:5.1f} s", flush=True
            )
            if done.returncode:
                failed += 1
                print(f"{done.stdout}{done.stderr}".rstrip(), flush=True)
    print(f"{len(CHECKS) - failed} checks passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
