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
# Every address is opened on PostgreSQL as well, by the one persona who sees most.
EVERY_PAGE = "tests/access/test_table.py::test_who_is_let_in_where[unt]"
WITH_DATABASE = ["tests/integration", "tests/flows", "tests/faults"]
# What asks a database something runs on both, and so does every new file. These do not run
# again on PostgreSQL: to what they ask it makes no difference. Their queries run there in
# EVERY_PAGE and in the other files on the same services. A class is named as pytest does.
NOT_AGAIN = {
    "what pages and forms say and take": [
        "test_*page*.py",
        "test_*board*.py",
        "flows/test_starters_*.py",
        "starters/test_*.py",
        "flows/test_gate.py",
        "labs/test_gantt.py",
        "labs/test_reading.py",
        "labs/test_tests_of_initiatives.py",
        "labs/test_versions.py",
        "labs/test_writing.py",
        "reviews/test_explaining.py::TestCauses",
        "reviews/test_lineage.py",
        "reviews/test_motion_links.py",
        "reviews/test_panels.py::TestPages",
        "reviews/test_referrals.py::TestPages",
        "reviews/test_review_parts.py::TestPage",
        "reviews/test_said_once.py",
        "reviews/test_stale_forms.py",
    ],
    "how a file is read, before anything is asked of a database": ["flows/test_import_files.py"],
    "who is told, and in which words": [
        "labs/test_requests_told.py",
        "reviews/test_deciders.py",
        "reviews/test_mailing.py::TestDigest",
    ],
    "what rules make of values that were read": ["kpis/test_hysteresis.py"],
}
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
    left_out = [each for names in NOT_AGAIN.values() for each in names]
    files = [f"--ignore-glob=*/{each}" for each in left_out if "::" not in each]
    classes = [f"--deselect=tests/integration/{each}" for each in left_out if "::" in each]
    return [*files, *classes, *existing(WITH_DATABASE), EVERY_PAGE]


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
