"""The rules of a programme and of a KPI, each with every setting it ever had."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from kpis.models import Deviation, Kpi, Rule, RuleVersion, Signal
from kpis.rules import rules_catalogue
from labs.models import Programme


@dataclass(frozen=True)
class VersionLine:
    """One setting of a rule, and which tolerances it widened compared with the one before."""

    version: RuleVersion
    widened: list[str]
    softened: bool


@dataclass(frozen=True)
class RuleLine:
    """A rule with its versions, newest first."""

    rule: Rule
    versions: list[VersionLine]

    @property
    def now(self) -> RuleVersion:
        return self.versions[0].version

    @property
    def applies(self) -> bool:
        """Whether a KPI's own rule still stands in place of the programme's."""
        return not self.now.follows_programme

    @property
    def settings(self) -> list[tuple[str, object]]:
        """Name and value of each setting that applies."""
        typed = rules_catalogue.typed(self.rule.kind, self.now.parameters)
        return list(typed.items())


@dataclass
class Fired:
    """How often a kind of rule fired in the programme, the KPIs' own settings included."""

    signals: int = 0
    deviations: int = 0
    open: int = 0


@dataclass
class KindLine:
    """A kind of rule in a programme: its setting if it is switched on, and who has their own."""

    kind: str
    line: RuleLine | None = None
    own: list[RuleLine] = field(default_factory=list)
    fired: Fired = field(default_factory=Fired)


@dataclass(frozen=True)
class KpiKindLine:
    """A kind of rule on one KPI: the programme's setting, the KPI's own, and which applies."""

    kind: str
    programme: RuleLine | None
    own: RuleLine | None

    @property
    def applying(self) -> RuleLine | None:
        """The rule that looks at the KPI; None when the kind is not switched on."""
        return self.own if self.is_own else self.programme

    @property
    def is_own(self) -> bool:
        return self.own is not None and self.own.applies


def of_programme(programme: Programme, readable: QuerySet[Kpi]) -> dict[str, KindLine]:
    """Every kind of rule by its key; own settings only of KPIs the user may read. Five queries."""
    rules = list(
        Rule.objects.filter(programme=programme, kpi=None).select_related(
            "programme", "owner__organisation"
        )
    )
    rules += Rule.objects.filter(
        programme=programme, kpi__in=readable.order_by().values("pk")
    ).select_related("programme", "kpi", "owner__organisation")
    kinds = {kind: KindLine(kind) for kind in rules_catalogue.KINDS}
    for line in _with_versions(rules):
        if line.rule.kpi_id is None:
            kinds[line.rule.kind].line = line
        elif line.applies:
            kinds[line.rule.kind].own.append(line)
    for kind, fired in _fired(programme).items():
        if kind in kinds:
            kinds[kind].fired = fired
    return kinds


def of_kpi(kpi: Kpi) -> list[KpiKindLine]:
    """Every kind of rule that looks at values, as it is set for this KPI. Two queries."""
    rules = Rule.objects.filter(Q(kpi=kpi) | Q(kpi=None), programme=kpi.area.programme_id)
    lines = _with_versions(list(rules.select_related("programme", "kpi", "owner__organisation")))
    found = {(line.rule.kind, line.rule.kpi_id is not None): line for line in lines}
    return [
        KpiKindLine(key, found.get((key, False)), found.get((key, True)))
        for key, kind in rules_catalogue.KINDS.items()
        if kind.subject == "series"
    ]


def one(rule: Rule) -> RuleLine:
    """One rule with its versions."""
    return _with_versions([rule])[0]


def _fired(programme: Programme) -> dict[str, Fired]:
    """Signals and deviations of a programme, counted by kind of rule. Two queries."""
    found: dict[str, Fired] = {}
    signals = Signal.objects.filter(version__rule__programme=programme).order_by()
    for kind, count in signals.values_list("version__rule__kind").annotate(n=Count("pk")):
        found.setdefault(kind, Fired()).signals = count
    episodes = Deviation.objects.filter(rule__programme=programme).order_by()
    counted = episodes.values_list("rule__kind").annotate(
        n=Count("pk"), open=Count("pk", filter=Q(closed_at=None))
    )
    for kind, count, still in counted:
        fired = found.setdefault(kind, Fired())
        fired.deviations, fired.open = count, still
    return found


def _with_versions(rules: list[Rule]) -> list[RuleLine]:
    versions = (
        RuleVersion.objects.filter(rule__in=rules)
        .select_related("rule", "by_user", "by_post__organisation")
        .order_by("version")
    )
    by_rule: dict[int, list[RuleVersion]] = {}
    for version in versions:
        by_rule.setdefault(version.rule_id, []).append(version)
    order = list(rules_catalogue.KINDS)
    known = [rule for rule in rules if rule.pk in by_rule and rule.kind in order]
    known.sort(key=lambda rule: (rule.kpi_id is not None, order.index(rule.kind), rule.pk))
    return [RuleLine(rule, _lines(rule, by_rule[rule.pk])) for rule in known]


def _lines(rule: Rule, versions: Iterable[RuleVersion]) -> list[VersionLine]:
    lines = []
    before: RuleVersion | None = None
    for version in versions:
        widened, softened = compare(rule.kind, before, version) if before else ([], False)
        lines.append(VersionLine(version, widened, softened))
        before = version
    return lines[::-1]


def compare(kind: str, old: RuleVersion, new: RuleVersion) -> tuple[list[str], bool]:
    """Which settings ``new`` widens, and whether it asks less of people."""
    widened = rules_catalogue.widened(kind, old.parameters, new.parameters)
    softer = rules_catalogue.softened(old.severity, new.severity)
    return widened, softer or (old.enabled and not new.enabled)
