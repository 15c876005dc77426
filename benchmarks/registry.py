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
    behind runs ``last``.
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

    def met(self, value: float) -> bool:
        """Whether ``value`` keeps the target."""
        if self.least is not None and value < self.least:
            return False
        return value >= self.target if self.at_least else value <= self.target


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
) -> Callable[[Run], Run]:
    """Declare the decorated generator as a figure of `make bench`."""

    def declare(run: Run) -> Run:
        FIGURES.append(Figure(name, target, unit, run, at_least, commits, least, runs, last))
        return run

    return declare
