"""One version of the settings of a rule: checked, written, told of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from kpis.models import Kpi, Rule, RuleVersion, Series
from kpis.models.findings import Severity
from kpis.rules import rules_catalogue
from kpis.services import series as series_service
from labs.models import Programme
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act


class RuleRefused(Refused):
    """A rule that cannot be set as asked."""

    code = "rule"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a version says: settings, what follows, on or off, from when, and why."""

    parameters: Mapping[str, Any]
    severity: str
    enabled: bool
    applies_from: date
    reason: str
    follows_programme: bool = False


def newest(rule: Rule) -> RuleVersion | None:
    """The version that applies."""
    return rule.versions.order_by("-version").first()


def newest_of_programme(programme: Programme, kind: str) -> RuleVersion | None:
    """The programme's own setting of a kind."""
    return (
        RuleVersion.objects.filter(rule__programme=programme, rule__kpi=None, rule__kind=kind)
        .order_by("-version")
        .first()
    )


def check_open(programme: Programme) -> None:
    """Refuse to change anything in a programme that is closed. Raises RuleRefused."""
    if programme.is_closed:
        raise RuleRefused(
            _("The programme is closed: it can be read and not changed."), code="programme_closed"
        )


def check_reason(reason: str) -> None:
    """Raises RuleRefused when nobody says why."""
    if not reason.strip():
        raise RuleRefused(_("Say why."), fields={"reason": _("Say why.")})


def add(
    rule: Rule, old: RuleVersion | None, setting: Setting, by: Actor, at: datetime
) -> RuleVersion:
    """Check and write one version with its event; ``old`` is what applied until now."""
    check_open(rule.programme)
    check_reason(setting.reason)
    if setting.severity not in Severity.values:
        raise RuleRefused(
            _("Choose what follows when the rule fires."),
            fields={"severity": _("Choose one of those offered.")},
        )
    fields = {
        "parameters": rules_catalogue.clean(rule.kind, setting.parameters),
        "severity": setting.severity,
        "enabled": setting.enabled,
        "follows_programme": setting.follows_programme,
    }
    same = old is not None and old.rule_id == rule.pk
    if same and all(getattr(old, name) == value for name, value in fields.items()):
        raise RuleRefused(_("Nothing would change. Change a setting first."), code="unchanged")
    version = _write(rule, fields, setting, by, at)
    _record(version, old, by, at)
    return version


def _write(
    rule: Rule, fields: Mapping[str, Any], setting: Setting, by: Actor, at: datetime
) -> RuleVersion:
    number = (rule.versions.aggregate(n=Max("version"))["n"] or 0) + 1
    version = RuleVersion(
        rule=rule,
        version=number,
        applies_from=setting.applies_from,
        reason=setting.reason.strip(),
        at=at,
        **fields,
        **Act.fields_of(by),
    )
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        raise RuleRefused(
            _("Somebody else changed this rule just now. Look at it and try again."), code="stale"
        ) from error
    return version


def _record(version: RuleVersion, old: RuleVersion | None, by: Actor, at: datetime) -> None:
    kind = version.rule.kind
    data: dict[str, Any] = {
        "kind": kind,
        "kpi": version.rule.kpi_id,
        "version": version.version,
        "parameters": version.parameters,
        "severity": version.severity,
        "enabled": version.enabled,
        "applies_from": version.applies_from,
    }
    if version.follows_programme:
        data["follows_programme"] = True
    if old is not None:
        data["widened"] = rules_catalogue.widened(kind, old.parameters, version.parameters)
        data["softened"] = rules_catalogue.softened(old.severity, version.severity) or (
            old.enabled and not version.enabled
        )
    events.record(
        verb="rule.changed",
        subject=version.rule,
        by=by,
        at=at,
        data=data,
        texts={"reason": version.reason},
        programme_id=version.rule.programme_id,
        restricted=is_restricted(version.rule),
    )


def is_restricted(rule: Rule) -> bool:
    """Whether the rule is of a KPI that only some may see by name."""
    return rule.kpi is not None and rule.kpi.restricted_to.exists()


def touch(programme: Programme, kpi: Kpi | None, at: datetime) -> None:
    """Every series concerned is looked at again."""
    concerned = Series.objects.filter(definition__kpi__area__programme=programme)
    if kpi is not None:
        concerned = concerned.filter(definition__kpi=kpi)
    series_service.touch(series_ids=concerned.values_list("pk", flat=True), at=at)
