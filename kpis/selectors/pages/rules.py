"""The rules of a programme, each with every setting it ever had."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from kpis.models import Kpi, Rule, RuleVersion
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
    def settings(self) -> list[tuple[str, object]]:
        """Name and value of each setting that applies."""
        typed = rules_catalogue.typed(self.rule.kind, self.now.parameters)
        return list(typed.items())


def of_programme(programme: Programme, readable: QuerySet[Kpi]) -> list[RuleLine]:
    """The rules of a programme, its own first, then those of single KPIs the user may read.

    Two queries.
    """
    rules = list(Rule.objects.filter(programme=programme, kpi=None).select_related("programme"))
    rules += Rule.objects.filter(
        programme=programme, kpi__in=readable.order_by().values("pk")
    ).select_related("programme", "kpi")
    return _with_versions(rules)


def one(rule: Rule) -> RuleLine:
    """One rule with its versions."""
    return _with_versions([rule])[0]


def _with_versions(rules: list[Rule]) -> list[RuleLine]:
    versions = (
        RuleVersion.objects.filter(rule__in=rules)
        .select_related("by_user", "by_post__organisation")
        .order_by("version")
    )
    by_rule: dict[int, list[RuleVersion]] = {}
    for version in versions:
        by_rule.setdefault(version.rule_id, []).append(version)
    order = list(rules_catalogue.KINDS)
    rules.sort(key=lambda rule: (rule.kpi_id is not None, order.index(rule.kind), rule.pk))
    return [RuleLine(rule, _lines(rule, by_rule[rule.pk])) for rule in rules if rule.pk in by_rule]


def _lines(rule: Rule, versions: list[RuleVersion]) -> list[VersionLine]:
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
