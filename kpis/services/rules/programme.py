"""The rules of a programme: switched on, changed, answered for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Rule, RuleVersion
from kpis.rules import rules_catalogue
from kpis.services.rules import versions
from kpis.services.rules.versions import RuleRefused, Setting
from labs.models import Programme
from ledger.rules.actors import Actor
from ledger.services import events
from people.models import Act, Post


@transaction.atomic
def install_defaults(
    *, programme: Programme, applies_from: date, by: Actor, at: datetime
) -> list[Rule]:
    """Give the programme one rule of each kind at its default settings. Safe to repeat."""
    known = set(Rule.objects.filter(programme=programme, kpi=None).values_list("kind", flat=True))
    made = []
    for key, kind in rules_catalogue.KINDS.items():
        if key in known:
            continue
        rule = Rule.objects.create(programme=programme, kind=key)
        RuleVersion.objects.create(
            rule=rule,
            version=1,
            parameters=kind.defaults(),
            severity=kind.severity,
            applies_from=applies_from,
            reason="Default settings",
            at=at,
            **Act.fields_of(by),
        )
        made.append(rule)
    if made:
        versions.touch(programme, None, at)
        _record_installed(programme, [rule.kind for rule in made], applies_from, by, at)
    return made


@transaction.atomic
def install(
    *,
    programme: Programme,
    kind: str,
    parameters: Mapping[str, Any] | None = None,
    severity: str = "",
    enabled: bool = True,
    applies_from: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> RuleVersion:
    """Switch on a kind of rule that the programme does not have yet, at these settings.

    Settings and severity not given are the kind's own. Periods that end before
    ``applies_from`` open nothing. Raises RuleRefused when the programme has the kind
    already, without a reason, or for settings that cannot be taken.
    """
    known = rules_catalogue.kind_of(kind)
    versions.check_open(programme)
    versions.check_reason(reason)
    if Rule.objects.filter(programme=programme, kpi=None, kind=kind).exists():
        raise _already()
    try:
        with transaction.atomic():
            rule = Rule.objects.create(programme=programme, kind=kind)
    except IntegrityError as error:
        raise _already() from error
    setting = Setting(parameters or {}, severity or known.severity, enabled, applies_from, reason)
    version = versions.add(rule, None, setting, by, at)
    _record_installed(programme, [kind], applies_from, by, at)
    versions.touch(programme, None, at)
    return version


@transaction.atomic
def change(
    *,
    rule: Rule,
    parameters: Mapping[str, Any],
    severity: str,
    enabled: bool = True,
    applies_from: date,
    reason: str,
    by: Actor,
    at: datetime,
) -> RuleVersion:
    """Start a new version of the settings; what fired before stays as it was.

    The event says which tolerances were widened and whether the rule was softened.
    Raises RuleRefused without a reason or without a change.
    """
    setting = Setting(parameters, severity, enabled, applies_from, reason)
    version = versions.add(rule, versions.newest(rule), setting, by, at)
    versions.touch(rule.programme, rule.kpi, at)
    return version


@transaction.atomic
def set_owner(*, rule: Rule, owner: Post | None, reason: str, by: Actor, at: datetime) -> Rule:
    """Say which post answers for the setting; None: the delivery unit.

    No version: the test stays the same. Raises RuleRefused without a reason, without a
    change, for a post that is abolished, or when somebody else was quicker.
    """
    versions.check_open(rule.programme)
    versions.check_reason(reason)
    before, after = rule.owner_id, None if owner is None else owner.pk
    if before == after:
        raise RuleRefused(_("Nothing would change. Choose another post."), code="unchanged")
    if owner is not None and owner.abolished_on is not None:
        raise RuleRefused(
            _("This post is abolished. Choose another."),
            fields={"owner": _("This post is abolished. Choose another.")},
        )
    if Rule.objects.filter(pk=rule.pk, owner=before).update(owner=owner) != 1:
        raise RuleRefused(
            _("Somebody else changed this rule just now. Look at it and try again."), code="stale"
        )
    rule.owner = owner
    events.record(
        verb="rule.owner_changed",
        subject=rule,
        by=by,
        at=at,
        data={"kind": rule.kind, "kpi": rule.kpi_id, "from": before, "to": after},
        texts={"reason": reason.strip()},
        programme_id=rule.programme_id,
        restricted=versions.is_restricted(rule),
    )
    return rule


def _record_installed(
    programme: Programme, kinds: list[str], applies_from: date, by: Actor, at: datetime
) -> None:
    events.record(
        verb="rules.installed",
        subject=programme,
        by=by,
        at=at,
        data={"kinds": kinds, "applies_from": applies_from},
        programme_id=programme.pk,
    )


def _already() -> RuleRefused:
    return RuleRefused(
        _("The programme has this rule already. Change its settings instead."), code="installed"
    )
