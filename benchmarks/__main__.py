"""Run every figure five times on each database; keep medians; exit 1 when a target is missed."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RUNS = 5
LEG = "--leg"
REPORT = ROOT / "var" / "bench.json"


@dataclass
class Result:
    """One figure as measured."""

    name: str
    unit: str
    target: float
    at_least: bool
    least: float | None
    values: list[float]
    met: bool

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "median": self.median}


def prepare_database() -> None:
    """A fresh database for the figures: SQLite in a folder thrown away, or DATABASE_URL."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)


def load_figures(chosen: list[str]) -> list[Any]:
    """Every declared figure whose name contains one of ``chosen`` (all when none given)."""
    from benchmarks import figures
    from benchmarks.registry import FIGURES

    for module in pkgutil.iter_modules(figures.__path__):
        importlib.import_module(f"benchmarks.figures.{module.name}")
    wanted = [one for one in FIGURES if not chosen or any(part in one.name for part in chosen)]
    return sorted(wanted, key=lambda one: one.last)


def measure_once(figure: Any) -> float:
    """One run of one figure, in a transaction that is rolled back unless it commits."""
    from django.db import transaction

    if figure.commits:
        given, took = run_steps(figure)
    else:
        with transaction.atomic():
            given, took = run_steps(figure)
            transaction.set_rollback(True)
    if given is not None:
        return float(given)
    return took * 1000 if figure.unit == "ms" else took


def run_steps(figure: Any) -> tuple[float | None, float]:
    """The value the figure gave, if it gives one, and the seconds after its ``yield``."""
    steps = figure.run()
    given = next(steps)
    began = time.perf_counter()
    next(steps, None)
    return given, time.perf_counter() - began


def measure(figure: Any) -> Result:
    """So many runs of one figure as it asks for."""
    from django.db import connection

    values = [measure_once(figure) for _ in range(figure.runs)]
    return Result(
        name=figure.name,
        unit=figure.unit,
        target=figure.target_on(connection.vendor),
        at_least=figure.at_least,
        least=figure.least,
        values=values,
        met=figure.met(statistics.median(values), connection.vendor),
    )


def row(result: Result) -> str:
    sign = "≥" if result.at_least else "≤"
    if result.least is not None:
        sign = f"{result.least:g} to"
    verdict = "met" if result.met else "MISSED"
    spread = f"{min(result.values):.3g} to {max(result.values):.3g}"
    return (
        f"{result.name:<52} {result.median:>10.3g} {result.unit:<6}"
        f" {sign} {result.target:<8.3g} {verdict:<7} {spread}"
    )


def run_leg(chosen: list[str]) -> int:
    """Every figure on the database of this process; the results as JSON in a file of the leg."""
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    prepare_database()
    print(f"{'figure':<52} {'median':>10} {'':<6} {'target':<10} {'result':<7} spread")
    results = []
    for figure in load_figures(chosen):
        results.append(measure(figure))
        print(row(results[-1]), flush=True)
    kept = Path(os.environ["DATA_DIR"]) / "bench.json"
    kept.write_text(json.dumps([one.as_json() for one in results]))
    return 0


@contextmanager
def databases(folder: Path) -> Iterator[dict[str, str]]:
    """SQLite, and PostgreSQL where a server can be started, by name and DATABASE_URL."""
    from scripts import services

    found = {"SQLite": ""}
    programs = services.postgres_folder()
    with ExitStack() as stack:
        if os.environ.get("DATABASE_URL"):
            found = {"DATABASE_URL": os.environ["DATABASE_URL"]}
        elif programs is not None:
            found["PostgreSQL"] = stack.enter_context(services.postgres(programs, folder))
        yield found


def main() -> int:
    """Each database in a process of its own, so that nothing of one is left in the other."""
    if sys.argv[1:2] == [LEG]:
        return run_leg(sys.argv[2:])
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="makmal-bench-") as name:
        folder = Path(name)
        with databases(folder) as found:
            for database, url in found.items():
                print(f"\n== {database}", flush=True)
                data = folder / database
                data.mkdir()
                subprocess.run(  # noqa: S603
                    [sys.executable, "-m", "benchmarks", LEG, *sys.argv[1:]],
                    env={**os.environ, "DATABASE_URL": url, "DATA_DIR": str(data)},
                    cwd=ROOT,
                    check=True,
                )
                report[database] = json.loads((data / "bench.json").read_text())
    return keep(report)


def keep(report: dict[str, Any]) -> int:
    """Write the report and say how many figures were met."""
    REPORT.parent.mkdir(exist_ok=True)
    machine = {"cores": os.cpu_count(), "python": platform.python_version()}
    kept = {"machine": machine, "runs": RUNS, "figures": report}
    REPORT.write_text(json.dumps(kept, indent=2) + "\n")
    figures = [one for leg in report.values() for one in leg]
    missed = sum(not one["met"] for one in figures)
    print(
        f"\n{len(figures) - missed} figures met, {missed} missed;"
        f" kept in {REPORT.relative_to(ROOT)}"
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
