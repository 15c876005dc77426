"""Settings of a programme, and the problem statement of a lab."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.forms.confirm import SeenForm
from labs.models import Programme, ProgrammeSettings, ReferenceItem
from labs.models.reference import List
from labs.selectors import reference


def _number(label: Any, help_text: Any = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, help_text=help_text, min_value=1, max_value=1000)


class SettingsForm(forms.Form):
    lab_weeks_min = _number(_("Weeks of a lab, at least"))
    lab_weeks_max = _number(_("Weeks of a lab, at most"), _("Mini-labs are exempt."))
    core_people_max = _number(_("Core people in a lab, at most"))
    forum_members_max = _number(_("Members of a forum, at most"))
    groups = forms.ModelMultipleChoiceField(
        ReferenceItem.objects.none(),
        label=_("Stakeholder groups that every lab should seat"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A lab without one of them says so on its page."),
    )
    tests = forms.ChoiceField(
        label=_("The three tests of an initiative"),
        choices=ProgrammeSettings.Tests,
        widget=forms.RadioSelect,
        help_text=_(
            "Market failure, fit of design, institutional capability. Warn: a plan passes with a "
            "test failed or unanswered. Block: it does not, unless the test is overridden."
        ),
    )
    window_alert_days = _number(
        _("Days before a window closes"), _("When those concerned are told, unless it says itself.")
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups: Any = self.fields["groups"]
        groups.queryset = reference.items(List.STAKEHOLDER_GROUP, programme.country)


class StatementForm(SeenForm):
    """The next version of a problem statement; ``seen`` is the version it was written on."""

    text = forms.CharField(
        label=_("The problem"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 6})
    )
    causes = forms.CharField(
        label=_("Its causes, as far as known"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    reason = forms.CharField(
        label=_("Why it reads differently now"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if first:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True

    def clean_seen(self) -> int | None:
        """The version it was written on; nothing where the page did not say."""
        seen = self.cleaned_data["seen"]
        return int(seen) if seen.isdecimal() else None
