"""Check the code without running it: style, types, import rules, templates, migrations."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
APPS = ["ledger", "people", "forums", "labs", "kpis", "reviews", "starters"]
TYPED = [f"{app}/{room}" for app in APPS for room in ("rules", "services")]


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


CHECKS: list[tuple[str, list[str]]] = [
    ("style", tool("ruff", "check", "--quiet", ".")),
    ("format", tool("ruff", "format", "--check", "--output-format", "concise", ".")),
    ("imports", tool("lint-imports", "--no-logo")),
    ("types", tool("mypy", *TYPED, "config", "scripts")),
    ("templates", tool("djlint", "--lint", "--quiet", "templates")),
    ("migrations", [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"]),
]


def main() -> int:
    failed = 0
    with tempfile.TemporaryDirectory(prefix="makmal-check-") as folder:
        environment = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": "", "BROKER_URL": ""}
        for name, command in CHECKS:
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
            took = time.monotonic() - began
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
