"""What is to become of an initiative or a window at its end."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import EndChoice
from ledger.forms import DayField
from reviews.forms.reviews import MotionForm

CHOICES = {
    EndChoice.Choice.CONTINUE: _("Continue: it goes on until a later day"),
    EndChoice.Choice.ADAPT: _("Adapt: whoever leads it writes by a day how it is to change"),
    EndChoice.Choice.STOP: _("Stop: it is wound down by a day, then it is over"),
}


class EndForm(MotionForm):
    """The choice, and how the forum is to decide it. What each needs the service checks."""

    choice = forms.ChoiceField(
        label=_("What is to become of it?"), choices=CHOICES.items, widget=forms.RadioSelect
    )
    until = DayField(
        label=_("Until"),
        required=False,
        help_text=_("The new end; the day by which it is adapted; the last day of winding down."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    field_order = ["choice", "until", "reason", "mode", "closes_at"]
