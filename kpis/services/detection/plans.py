"""What follows from findings for one rule on one subject: steps of its episodes. Writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kpis.models import Deviation
from kpis.rules.episodes import OpenEpisode, Step, episode
from kpis.rules.findings import Evidence, Finding
from kpis.rules.periods import Period
from kpis.rules.rules_catalogue import SEVERITIES, capped
from kpis.services.detection.standing import Standing
from kpis.services.detection.versions import Version

# What rests on a provisional value asks the owner at most.
PROVISIONAL_CAP = "ask"


@dataclass(frozen=True, slots=True)
class Close:
    """How an episode is to be closed."""

    closed_as: str
    settled_through: date | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What one rule asks for on one subject.

    ``known`` are the rows of signals told before, ``fresh`` the evidence of new ones, both
    by period. ``closing`` belongs to the close steps, in order. ``severity`` is that of an
    episode by the period that opens it; ``raised`` what the standing one is raised to.
    """

    version: Version
    known: Mapping[Period, int]
    fresh: Mapping[Period, Evidence]
    steps: Sequence[Step]
    closing: Sequence[Close]
    standing: Standing | None
    severity: Mapping[Period, str] = field(default_factory=dict)
    raised: str | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.fresh or self.steps or self.raised)


def follow(
    findings: Sequence[Finding],
    *,
    standing: Standing | None,
    undone: Callable[[Standing], Close],
    settled: date | None,
    judged: Iterable[Period],
    clear_periods: int,
    allowed: Callable[[Finding], bool],
    open_after: int = 1,
    holds: Collection[Period] = frozenset(),
) -> tuple[list[Step], list[Close]]:
    """The steps of one rule's episodes, and how each of the close steps closes.

    An open episode of which no finding holds any more closes first; ``undone`` says how.
    """
    now = None if standing is None else standing.episode
    steps: list[Step] = []
    closing: list[Close] = []
    if (
        standing is not None
        and now is not None
        and not any(now.first <= f.period <= now.last for f in findings)
    ):
        close = undone(standing)
        steps.append(Step("close", now.last, "no_longer_holds"))
        closing.append(close)
        settled = max((d for d in (settled, close.settled_through) if d), default=None)
        now = None
    more = episode(
        findings=findings,
        judged=judged,
        clear_periods=clear_periods,
        open_after=open_after,
        holds=holds,
        current=now,
        closed_through=settled,
        may_open=allowed,
    )
    closing += [Close(Deviation.Closing.CLEARED, s.period.end) for s in more if s.kind == "close"]
    return [*steps, *more], closing


def worth_a_row(
    findings: Iterable[Finding],
    steps: Iterable[Step],
    allowed: Callable[[Finding], bool],
    told: Collection[Period],
) -> list[Finding]:
    """The findings that become signals: those an episode uses, or that might open one.

    ``told`` are periods that fired under earlier settings: they do not fire once more
    only because the settings changed (fact 13).
    """
    used = {step.period for step in steps if step.kind != "close"}
    return [f for f in findings if f.period in used or (allowed(f) and f.period not in told)]


def severities(
    version: Version,
    steps: Sequence[Step],
    standing: Standing | None,
    firm: Callable[[Period], bool],
    held: Iterable[Period],
) -> tuple[dict[Period, str], str | None]:
    """How severe each episode that opens is, and what the standing one is raised to, if it is.

    An episode is as severe as its rule once one of its findings is ``firm``; until then
    it asks the owner at most. ``held`` are the periods of findings that hold.
    """
    opened: dict[Period, str] = {}
    episodes: list[list[Period]] = [[] if standing is None else _standing_periods(standing, held)]
    for step in steps:
        if step.kind == "open":
            episodes.append([step.period])
        elif step.kind == "extend":
            episodes[-1].append(step.period)
    for periods in episodes[1:]:
        sure = any(map(firm, periods))
        opened[periods[0]] = version.severity if sure else capped(version.severity, PROVISIONAL_CAP)
    raised = None
    if standing is not None and SEVERITIES.index(standing.severity) < min(
        map(SEVERITIES.index, (standing.asked, version.severity))
    ):
        raised = version.severity if any(map(firm, episodes[0])) else None
    return opened, raised


def _standing_periods(standing: Standing, held: Iterable[Period]) -> list[Period]:
    now: OpenEpisode = standing.episode
    return [period for period in held if now.first <= period <= now.last]
