"""Settings of a programme: how labs are usually put together, when alerts come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Programme, ProgrammeSettings, ReferenceItem
from labs.selectors import settings as selectors
from labs.services.programmes import ProgrammeClosed
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events

NUMBERS = (
    "lab_weeks_min",
    "lab_weeks_max",
    "core_people_max",
    "forum_members_max",
    "window_alert_days",
)


class SettingsRefused(Refused):
    message = _("These settings cannot hold. Mend what is marked.")
    code = "programme_settings"


@transaction.atomic
def change(
    *,
    programme: Programme,
    lab_weeks_min: int,
    lab_weeks_max: int,
    core_people_max: int,
    forum_members_max: int,
    tests: str,
    window_alert_days: int,
    groups: Iterable[ReferenceItem] = (),
    by: Actor,
    at: datetime,
) -> ProgrammeSettings:
    """Set what a programme's labs and plans are held against.

    Weeks of a lab, people in it, members of a forum, days before a window closes; whether
    the three tests warn or block; the stakeholder groups every lab should seat.
    Raises SettingsRefused, ProgrammeClosed.
    """
    if programme.is_closed:
        raise ProgrammeClosed
    numbers = {
        "lab_weeks_min": lab_weeks_min,
        "lab_weeks_max": lab_weeks_max,
        "core_people_max": core_people_max,
        "forum_members_max": forum_members_max,
        "window_alert_days": window_alert_days,
    }
    _check(numbers, tests)
    before = _told(selectors.of(programme))
    settings, _made = ProgrammeSettings.objects.update_or_create(
        programme=programme, defaults={**numbers, "tests": tests}
    )
    settings.groups.set(list(groups))
    events.record(
        verb="programme.settings_changed",
        subject=programme,
        by=by,
        at=at,
        data={"before": before, "after": _told(settings)},
        programme_id=programme.pk,
    )
    return settings


def _check(numbers: dict[str, int], tests: str) -> None:
    problems = {
        name: _("Write a whole number from 1 to 1,000.")
        for name, value in numbers.items()
        if not 1 <= value <= 1000
    }
    if numbers["lab_weeks_max"] < numbers["lab_weeks_min"]:
        problems["lab_weeks_max"] = _("The longest must not be shorter than the shortest.")
    if tests not in ProgrammeSettings.Tests.values:
        problems["tests"] = _("Choose warn or block.")
    if problems:
        raise SettingsRefused(fields={name: str(text) for name, text in problems.items()})


def _told(settings: ProgrammeSettings) -> dict[str, object]:
    groups = settings.groups.values_list("code", flat=True) if settings.pk else []
    told: dict[str, object] = {name: getattr(settings, name) for name in NUMBERS}
    return told | {"tests": settings.tests, "groups": sorted(groups)}
