"""How I want to be told."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from people.models import NoticeSettings

LIKE_HERE = ""


def zones() -> list[tuple[str, Any]]:
    """Time zones by name; the installation's own first."""
    names = sorted(name for name in available_timezones() if "/" in name or name == "UTC")
    own = _("that of this installation: %(zone)s") % {"zone": settings.TIME_ZONE}
    return [
        (LIKE_HERE, capfirst(own)),
        *((name, name.replace("_", " ")) for name in names if not name.startswith("Etc/")),
    ]


class ClockInput(forms.TimeInput):
    """A time of day, as browsers ask for it."""

    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"class": "govuk-input--width-5"})


class NoticeSettingsForm(forms.ModelForm):  # type: ignore[type-arg]
    """Digest, what is mailed at once, quiet hours, time zone."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        required=False,
        help_text=_("All times here, and those of the pages, are in it."),
    )

    class Meta:
        model = NoticeSettings
        fields = [
            "digest",
            "weekday",
            "digest_at",
            "at_once",
            "quiet_from",
            "quiet_until",
            "quiet_days_off",
        ]
        labels = {
            "digest": _("Digest by e-mail"),
            "weekday": _("Day of the weekly digest"),
            "digest_at": _("Time of the digest"),
            "at_once": _("E-mail me at once what is mine to decide"),
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "quiet_days_off": _("Quiet on Saturdays and Sundays"),
        }
        help_texts = {
            "digest": _(
                "What waits for you, what is overdue first, and what is new. No mail when there is"
                " nothing. Each working day is Monday to Friday."
            ),
            "at_once": _(
                "A vote, a ruling, an answer to a settlement. Off: it comes with the digest."
            ),
            "quiet_from": _("In these hours nothing is mailed at once: it waits until they end."),
            "quiet_until": _("The same time as above: no quiet hours."),
        }
        widgets = {
            "digest": forms.RadioSelect,
            "digest_at": ClockInput(),
            "quiet_from": ClockInput(),
            "quiet_until": ClockInput(),
        }
