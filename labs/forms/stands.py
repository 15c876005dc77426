"""Where a seat stands, objections, conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models import Seat, SeatStand
from ledger.forms import DayField
from people.models import Organisation, Post


class StandForm(forms.Form):
    seat = forms.ModelChoiceField(Seat.objects.none(), label=_("Seat"), empty_label=None)
    stand = forms.ChoiceField(
        label=_("Where the seat stands"),
        choices=[
            (SeatStand.Stand.AGREES, _("Agrees: this commits the organisation")),
            (SeatStand.Stand.DISSENTS, _("Goes along, with dissent")),
            (SeatStand.Stand.OBJECTS, _("Objects")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("In the seat's own words"),
        required=False,
        strip=False,
        max_length=20_000,
        help_text=_("Needed unless it agrees. The forum that decides reads it unedited."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, *args: Any, seats: Sequence[Seat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seat: Any = self.fields["seat"]
        seat.queryset = Seat.objects.filter(pk__in=[each.pk for each in seats]).select_related(
            "organisation", "lab__area"
        )
        seat.label_from_instance = lambda row: row.organisation.name
        if len(seats) == 1:
            seat.initial = seats[0].pk


class ObjectionForm(forms.Form):
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(), label=_("For which organisation"), empty_label=None
    )
    text = forms.CharField(
        label=_("Objection"),
        max_length=20_000,
        help_text=_("What is objected to, why, and what would mend it."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    blocking = forms.BooleanField(
        label=_("It blocks: the plan is not approved before this is answered"), required=False
    )

    def __init__(self, *args: Any, organisations: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisation: Any = self.fields["organisation"]
        organisation.queryset = Organisation.objects.filter(pk__in=organisations)
        if len(organisations) == 1:
            organisation.initial = organisations[0]


class ObjectionAnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=20_000,
        help_text=_("What the plan does about it, or why it does nothing."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class ConditionForm(forms.Form):
    text = forms.CharField(
        label=_("Condition"), max_length=300, help_text=_("What must be done, in one sentence.")
    )
    owner = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Owner"),
        help_text=_("The one post that answers for it."),
    )
    due_on = DayField(label=_("Due"))

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = Post.objects.filter(
            Q(abolished_on=None) | Q(abolished_on__gt=on)
        ).select_related("organisation")
