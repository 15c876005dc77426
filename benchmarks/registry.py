"""How a figure is declared.

    @figure("seal 10,000 events", target=2.0, unit="s")
    def seal_events() -> Iterator[float | None]:
        prepare()      # not measured
        yield          # what follows the yield, up to the end, is measured
        work()

A figure is a generator with one bare ``yield``: what stands before it prepares,
what stands after it is measured. A figure that is not a time yields its value
instead. It runs on a database of its own, freshly migrated, and what it writes
is rolled back after each run, except with ``commits=True`` (sealing refuses to
run inside a transaction). ``last=True`` runs after the others: it leaves a great many
rows behind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Run = Callable[[], Iterator[float | None]]


@dataclass(frozen=True)
class Figure:
    """One figure: what is measured, and the most it may be (the least, if ``at_least``).

    With ``least`` it lies between that and ``target``. ``runs``: how often it is measured;
    one that takes minutes is measured less often. One that leaves a great many rows
    behind runs ``last``. ``on_sqlite``: the target there, where it is another one.
    """

    name: str
    target: float
    unit: str
    run: Run
    at_least: bool = False
    commits: bool = False
    least: float | None = None
    runs: int = 5
    last: bool = False
    on_sqlite: float | None = None

    def target_on(self, vendor: str) -> float:
        """The target on a database, by Django's name of its vendor."""
        if vendor == "sqlite" and self.on_sqlite is not None:
            return self.on_sqlite
        return self.target

    def met(self, value: float, vendor: str) -> bool:
        """Whether ``value`` keeps the target on this database."""
        target = self.target_on(vendor)
        if self.least is not None and value < self.least:
            return False
        return value >= target if self.at_least else value <= target


FIGURES: list[Figure] = []


def figure(
    name: str,
    *,
    target: float,
    unit: str,
    at_least: bool = False,
    commits: bool = False,
    least: float | None = None,
    runs: int = 5,
    last: bool = False,
    on_sqlite: float | None = None,
) -> Callable[[Run], Run]:
    """Declare the decorated generator as a figure of `make bench`."""

    def declare(run: Run) -> Run:
        FIGURES.append(
            Figure(name, target, unit, run, at_least, commits, least, runs, last, on_sqlite)
        )
        return run

    return declare
