"""Milestone reports and stress tests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import MilestoneReport, StressTest
from labs.rules import milestones
from ledger.forms import DayField


class ReportForm(forms.Form):
    """What the owner says of a milestone in this cycle."""

    state = forms.ChoiceField(label=_("State"), widget=forms.RadioSelect)
    expected_finish = DayField(
        label=_("Expected finish"),
        required=False,
        help_text=_("The day you now expect. When it is done: the day it was finished."),
    )
    blocked_by = forms.CharField(
        label=_("Blocked by"),
        required=False,
        max_length=300,
        help_text=_("If blocked: who or what blocks it."),
    )
    done_evidence = forms.CharField(
        label=_("Evidence"),
        required=False,
        max_length=500,
        help_text=_("If done: what shows it. A document, a place, a link."),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, previous: str | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        state: Any = self.fields["state"]
        words = dict(MilestoneReport.State.choices)
        state.choices = [
            (name, str(words[name]).capitalize()) for name in milestones.NEXT[previous]
        ]


def _verdict(label: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=StressTest.Verdict.choices, widget=forms.RadioSelect
    )


def _note(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        max_length=5000,
        help_text=_("Needed unless it simply holds: what is short, and what would help."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class StressTestForm(forms.Form):
    """Does the plan hold against money, people, time, capability and its political window?"""

    money = _verdict(_("Money"))
    money_note = _note(_("Note on money"))
    people = _verdict(_("People"))
    people_note = _note(_("Note on people"))
    time = _verdict(_("Time"))
    time_note = _note(_("Note on time"))
    capability = _verdict(_("Capability"))
    capability_note = _note(_("Note on capability"))
    political = _verdict(_("Political window"))
    political_note = _note(_("Note on the political window"))
    assumptions = forms.CharField(
        label=_("Assumptions"),
        required=False,
        max_length=5000,
        help_text=_("What the verdicts rest on: prices, exchange rates, who stays in office."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    verdict = _verdict(_("Overall"))
    conclusion = forms.CharField(
        label=_("Conclusion"),
        max_length=5000,
        help_text=_("What follows from the test for the plan."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
