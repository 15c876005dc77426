"""Run the tests on every leg that this machine has, and say which legs it lacks.

    python scripts/test.py [--leg sqlite|postgres|browser] [pytest arguments …]

With REQUIRE_ALL_LEGS=1 a leg that cannot run is a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

from scripts import services  # noqa: E402

NO_TESTS_FOUND = 5
# What a page says and who is let in is asked once, on SQLite. Here every address is opened
# once more, by the one persona who sees most, so that its queries run on both databases.
EVERY_PAGE = "tests/access/test_table.py::test_who_is_let_in_where[unt]"
WITH_DATABASE = ["tests/integration", "tests/flows", "tests/faults"]
NOT_AGAIN = [f"--ignore-glob=*{each}*.py" for each in ("page", "board", "starters")]
# The real migrations run once for all test processes, each of which copies the outcome.
MIGRATED = "migrated"
# One more than the cores of a small machine: tests of processes mostly wait.
SIDE_BY_SIDE = ["-n", os.environ.get("TEST_PROCESSES", "3"), "--dist", "worksteal"]
QUIET = ["-q", "--durations=5", "--durations-min=3"]


@dataclass
class Leg:
    """One leg and how it went."""

    key: str
    name: str
    get: str
    outcome: str = "did not run"
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        return self.outcome == "failed"

    @property
    def ran(self) -> bool:
        return self.outcome in {"passed", "failed"}


def run(leg: Leg, arguments: list[str], environment: dict[str, str]) -> None:
    """Run pytest for one leg and note the outcome."""
    print(f"\n== {leg.name}", flush=True)
    began = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pytest", *QUIET, *arguments],
        env={**os.environ, **environment},
        check=False,
    ).returncode
    leg.seconds = time.monotonic() - began
    leg.outcome = {0: "passed", NO_TESTS_FOUND: "found no tests"}.get(code, "failed")


def existing(folders: list[str]) -> list[str]:
    return [folder for folder in folders if (ROOT / folder).is_dir()]


def chosen_for_servers() -> list[str]:
    """What touches the database itself, and every page once."""
    return [*NOT_AGAIN, *existing(WITH_DATABASE), EVERY_PAGE]


def run_sqlite(leg: Leg, extra: list[str]) -> None:
    """Everything but the browser, on SQLite and the embedded broker."""
    environment = {"DATABASE_URL": "", "BROKER_URL": ""}
    run(leg, [*SIDE_BY_SIDE, "--ignore=tests/browser", *(extra or ["tests"])], environment)


def run_postgres(leg: Leg, extra: list[str]) -> None:
    """All that touches a database, on PostgreSQL with Redis and the real migrations."""
    programs, redis_program = services.postgres_folder(), services.redis_server()
    if programs is None or redis_program is None:
        return
    with tempfile.TemporaryDirectory(prefix="makmal-servers-") as name, ExitStack() as stack:
        folder = Path(name)
        try:
            database = stack.enter_context(services.postgres(programs, folder))
            broker = stack.enter_context(services.redis(redis_program, folder))
            services.migrated(database, MIGRATED, folder)
        except (RuntimeError, OSError, subprocess.CalledProcessError) as error:
            for log in sorted(folder.glob("*.log")):
                print(log.read_text(errors="replace")[-2000:], file=sys.stderr)
            print(f"makmal: {error}", file=sys.stderr)
            leg.outcome = "failed"
            return
        arguments = [*SIDE_BY_SIDE, "--migrations", *(extra or chosen_for_servers())]
        environment = {"DATABASE_URL": database, "BROKER_URL": broker}
        run(leg, arguments, {**environment, "MIGRATED_DATABASE": MIGRATED})


def run_browser(leg: Leg, extra: list[str]) -> None:
    """Pages as people see them, in Chromium."""
    browser = services.chromium()
    if browser is None or not existing(["tests/browser"]):
        return
    environment = {
        "DATABASE_URL": "",
        "BROKER_URL": "",
        "CHROMIUM": browser,
        # Playwright's loop runs in the thread that also sets the database up.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    run(leg, [*SIDE_BY_SIDE, *(extra or ["tests/browser"])], environment)


LEGS = [
    (Leg("sqlite", "SQLite, embedded broker", ""), run_sqlite),
    (
        Leg("postgres", "PostgreSQL, Redis, Celery", "apt-get install postgresql redis-server"),
        run_postgres,
    ),
    (Leg("browser", "Chromium", "apt-get install chromium fonts-noto-core"), run_browser),
]


def report(legs: list[Leg]) -> None:
    """Say plainly what ran and how to get the rest."""
    print("\nLegs", flush=True)
    for leg in legs:
        took = f"{leg.seconds:6.0f} s" if leg.ran else " " * 8
        hint = f"   to get it: {leg.get}" if leg.outcome == "did not run" else ""
        print(f"  {leg.name:<28} {leg.outcome:<15}{took}{hint}")
    passed = sum(leg.outcome == "passed" for leg in legs)
    failed = sum(leg.failed for leg in legs)
    print(f"\n{passed} legs passed, {failed} failed, {len(legs) - passed - failed} did not run")


def main() -> int:
    arguments = sys.argv[1:]
    chosen = ""
    if arguments[:1] == ["--leg"]:
        chosen, arguments = arguments[1], arguments[2:]
    legs = [(leg, start) for leg, start in LEGS if chosen in {"", leg.key}]
    if not legs:
        print(f"makmal: no leg {chosen}: choose sqlite, postgres or browser.", file=sys.stderr)
        return 2
    for leg, start in legs:
        start(leg, arguments)
    ran = [leg for leg, _start in legs]
    report(ran)
    missing = any(not leg.ran for leg in ran) and os.environ.get("REQUIRE_ALL_LEGS") == "1"
    if missing:
        print("makmal: REQUIRE_ALL_LEGS=1, and not every leg ran.", file=sys.stderr)
    return 1 if missing or any(leg.failed for leg in ran) else 0


if __name__ == "__main__":
    sys.exit(main())
