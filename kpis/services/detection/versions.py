"""Which version of each rule applies to which series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from kpis.models import RuleVersion
from kpis.rules import rules_catalogue
from kpis.rules.portfolio import Ints
from kpis.rules.rules_catalogue import Typed

NONE = -1
ByKind = dict[str, "Version"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a rule, its settings as detection takes them."""

    pk: int
    rule_id: int
    kind: str
    number: int
    params: Mapping[str, Typed]
    severity: str
    applies_from: date
    enabled: bool

    @property
    def settings(self) -> tuple[tuple[str, Typed], ...]:
        """What tells two settings apart."""
        return tuple(sorted(self.params.items()))


@dataclass(slots=True)
class Versions:
    """The versions that apply to S series: per kind the index of each one's, NONE if off."""

    every: list[Version] = field(default_factory=list)
    of: dict[str, Ints] = field(default_factory=dict)

    def at(self, kind: str, series: int) -> Version | None:
        """The version of a kind that applies to a series, by its index."""
        number = int(self.of[kind][series])
        return None if number == NONE else self.every[number]

    def settings(self, kind: str) -> list[tuple[Mapping[str, Typed], Ints]]:
        """Each different setting of a kind, and the indices of the series that go by it."""
        alike: dict[tuple[tuple[str, Typed], ...], list[int]] = defaultdict(list)
        for number in np.unique(self.of[kind][self.of[kind] != NONE]).tolist():
            alike[self.every[number].settings].append(number)
        return [
            (self.every[numbers[0]].params, np.flatnonzero(np.isin(self.of[kind], numbers)))
            for numbers in alike.values()
        ]

    def column(self, kind: str, name: str, otherwise: int) -> Ints:
        """A whole-number setting of a kind by series."""
        values = [int(v.params[name]) if v.kind == kind else 0 for v in self.every]
        found = np.array([*values, otherwise], np.int64)
        chosen: Ints = found[self.of[kind]]
        return chosen


def newest(programme_ids: Iterable[int]) -> tuple[dict[int, ByKind], dict[int, ByKind]]:
    """The newest version of every rule of these programmes by kind: per KPI, and per programme.

    A KPI's rule that follows the programme's again is not told.
    """
    columns = (
        *("pk", "rule", "rule__kind", "version", "parameters", "severity", "applies_from"),
        *("enabled", "follows_programme", "rule__programme", "rule__kpi"),
    )
    rows = RuleVersion.objects.filter(rule__programme__in=list(programme_ids))
    found: dict[int, tuple[Version, bool, int, int | None]] = {}
    for (
        pk,
        rule,
        kind,
        number,
        stored,
        severity,
        since,
        on,
        follows,
        programme,
        kpi,
    ) in rows.order_by("rule", "version").values_list(*columns):
        params = rules_catalogue.typed(kind, stored)
        version = Version(pk, rule, kind, number, params, severity, since, on)
        found[rule] = (version, follows, programme, kpi)
    by_kpi: dict[int, ByKind] = defaultdict(dict)
    by_programme: dict[int, ByKind] = defaultdict(dict)
    for version, follows, programme, kpi in found.values():
        if kpi is None:
            by_programme[programme][version.kind] = version
        elif not follows:
            by_kpi[kpi][version.kind] = version
    return by_kpi, by_programme


def applying(
    kpis: Sequence[int], programmes: Sequence[int], closed: Iterable[int]
) -> tuple[Versions, Versions]:
    """What applies to series by the KPIs and programmes they belong to.

    The first knows only rules that are on, and nothing in a closed programme; the
    second knows settings whether or not their rule is on: statuses go by them.
    """
    by_kpi, by_programme = newest(set(programmes))
    kinds = rules_catalogue.SERIES_KINDS
    on, known = Versions(), Versions()
    place = {pk: i for i, pk in enumerate(sorted(set(programmes)))}
    of = np.array([place[pk] for pk in programmes], np.int64)
    own: dict[int, list[int]] = defaultdict(list)
    for i, kpi in enumerate(kpis):
        if kpi in by_kpi:
            own[kpi].append(i)
    shut = set(closed)
    for kind in kinds:
        general = np.full(len(place), NONE, np.int64)
        for pk, i in place.items():
            if kind in by_programme[pk]:
                general[i] = len(known.every)
                known.every.append(by_programme[pk][kind])
        known.of[kind] = general[of]
        for kpi, series in own.items():
            if kind in by_kpi[kpi]:
                known.of[kind][series] = len(known.every)
                known.every.append(by_kpi[kpi][kind])
    on.every = known.every
    off = [number for number, version in enumerate(known.every) if not version.enabled]
    silent = np.array([pk in shut for pk in programmes])
    for kind in kinds:
        on.of[kind] = np.where(np.isin(known.of[kind], off) | silent, NONE, known.of[kind])
    return on, known
