"""Asking whether a question suits a lab."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import Intake
from labs.models.labs import Method

YES_NO = [("yes", _("Yes")), ("no", _("No"))]
OUTCOMES = [
    (Intake.Outcome.SUITED.value, _("Suited: a lab, or another method of search or contract")),
    (Intake.Outcome.NOT_SUITED.value, _("Not suited")),
]
METHODS = [
    ("", _("None")),
    (Method.LAB.value, _("Lab: those concerned make goals and a plan together in some weeks")),
    (Method.PDIA.value, _("PDIA: nobody knows the causes yet; take the problem apart first")),
    (
        Method.EFA.value,
        _("Experiment, feedback, adaptation: means can be tried small, measured and dropped"),
    ),
    (Method.FIXED.value, _("Fixed contract: the answer is known; bind those concerned to it")),
]


def _text(label: Any, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AnswersForm(forms.Form):
    """The question, and the two answers on which the rest depends."""

    title = forms.CharField(label=_("Title"), max_length=200)
    question = _text(_("Question"), _("What is to be solved, in one or two sentences."))
    shared_problem = forms.ChoiceField(
        label=_("Is there a problem that those concerned share?"),
        help_text=_("All of them would be better off if it were solved."),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    shared_problem_why = _text(_("Why is it shared, or why not?"))
    uncertainty = forms.ChoiceField(
        label=_("Is it really uncertain what would solve it?"),
        help_text=_("Nobody can write the whole plan today."),
        choices=YES_NO,
        widget=forms.RadioSelect,
    )
    uncertainty_why = _text(_("Why is it uncertain, or why not?"))

    @property
    def answers(self) -> dict[str, bool]:
        """The two answers of a valid form, as the rule takes them."""
        given = self.cleaned_data
        return {name: given[name] == "yes" for name in ("shared_problem", "uncertainty")}


class IntakeForm(AnswersForm):
    """The same with its outcome."""

    outcome = forms.ChoiceField(label=_("Outcome"), choices=OUTCOMES, widget=forms.RadioSelect)
    method = forms.ChoiceField(
        label=_("Method"),
        choices=METHODS,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("For “suited”: by which way of working. For “not suited”: none."),
    )
    reason = _text(_("Reason for the outcome"))
    instead = _text(
        _("What would suit instead"),
        _("For “not suited”: what those concerned had better do."),
        required=False,
    )

    @property
    def record(self) -> dict[str, Any]:
        """What the service takes, of a valid form."""
        return dict(self.cleaned_data) | self.answers
