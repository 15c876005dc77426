"""Starting a programme from a template: everything in one transaction, or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from kpis.models import Rule
from kpis.services import rules
from labs.models import Programme
from labs.services import areas, programmes
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation
from reviews.services import programmes as opening
from starters.rules.shape import Template
from starters.rules.values import START, When
from starters.services import bodies, labs, registers
from starters.services.making import Making


class AlreadyStarted(Refused):
    """The code is taken: by this template, or by something else."""

    code = "already_started"


@dataclass(frozen=True, slots=True)
class Overrides:
    """What whoever starts the programme says in place of the template.

    ``lead`` None: the template's own organisation. Empty texts: as the template has them.
    ``language``: that of the texts, as far as the template has them in it.
    """

    starts_on: date
    lead: Organisation | None = None
    currency: str = ""
    country: str = ""
    time_zone: str = ""
    language: str = "en"


@transaction.atomic
def start(
    *, template: Template, code: str, name: str, overrides: Overrides, by: Actor, at: datetime
) -> Programme:
    """Make the programme with its forums, labs, draft plans, KPIs and registers.

    What was promised in the plans is a draft: nothing is in force until its forum decides.
    Posts come without persons. Raises AlreadyStarted, TemplateAsksTooMuch and what the
    services below raise; then nothing is made.
    """
    _refuse_twice(template, code)
    offered = template.programme
    making = Making(
        template=template,
        name=name.strip(),
        starts_on=overrides.starts_on,
        language=overrides.language,
        currency=(overrides.currency or offered.currency).upper(),
        country=(overrides.country or offered.country).upper(),
        by=by,
        at=at,
    )
    making.programme = opening.open_programme(
        code=code,
        name=making.name,
        currency=making.currency,
        time_zone=overrides.time_zone or offered.time_zone,
        country=making.country,
        fiscal_year_start=offered.fiscal_year_start,
        starts_on=overrides.starts_on,
        ends_on=When(offered.months, "month").on(overrides.starts_on),
        template=template.code,
        by=by,
        at=at,
    )
    bodies.make(making, overrides.lead)
    _areas(making)
    _rules(making)
    registers.make_settings(making)
    labs.make(making)
    registers.make(making)
    events.record(
        verb="programme.started_from_template",
        subject=making.programme,
        by=by,
        at=at,
        data={
            "template": template.code,
            "starts_on": overrides.starts_on,
            "made": dict(sorted((+making.counts).items())),
        },
        programme_id=making.programme.pk,
    )
    return making.programme


def _refuse_twice(template: Template, code: str) -> None:
    there = Programme.objects.filter(code=code).first()
    if there is None:
        return
    message = (
        _(
            "“{name}” was started from this template under this code. Open it, or choose another code."
        )
        if there.template == template.code
        else _("The programme “{name}” has this code. Choose another code.")
    )
    told = format_lazy(message, name=there.name)
    raise AlreadyStarted(told, fields={"code": told})


def _areas(making: Making) -> None:
    for area in making.template.areas:
        making.areas[area.key] = areas.create(
            programme=making.programme,
            name=making.text(area.name),
            lead=making.organisations[area.lead],
            home_forum=making.forums[area.home],
            **making.who,
        )
        making.counts["areas"] += 1
    for organisation in {each.pk: each for each in making.organisations.values()}.values():
        programmes.add_reader(programme=making.programme, organisation=organisation, **making.who)


def _rules(making: Making) -> None:
    for setting in making.template.rules:
        rule = Rule.objects.get(programme=making.programme, kpi=None, kind=setting.kind)
        newest = rule.versions.order_by("-version")[0]
        rules.change(
            rule=rule,
            parameters={**newest.parameters, **setting.parameters},
            severity=setting.severity or newest.severity,
            applies_from=making.day(START),
            reason=setting.reason,
            **making.who,
        )
        making.counts["rules"] += 1
