"""Forms of referrals: answering one, taking one back."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MET, REFUSED = "met", "refused"


class AnswerForm(forms.Form):
    """Done, or refused with the reason."""

    answer = forms.ChoiceField(
        label=_("Your answer"),
        choices=[
            (MET, _("It is done")),
            (REFUSED, _("We refuse, with the reason")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What was done and where it can be seen, or why you refuse"),
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Readers of the review see it."),
    )


class WithdrawForm(forms.Form):
    """Take back what was asked in error."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))
