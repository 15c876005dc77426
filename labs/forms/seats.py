"""Seats of a lab, and what they declare."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.forms.confirm import SeenForm
from labs.models import Lab, ReferenceItem, Seat
from labs.models.reference import List
from labs.selectors import reference
from people.models import Organisation, Post


class _SeatFields(forms.Form):
    """What a new seat and one that is changed have in common."""

    kind = forms.ChoiceField(
        label=_("Seat"),
        choices=Seat.Kind,
        initial=Seat.Kind.CORE,
        widget=forms.RadioSelect,
        help_text=_("Core seats carry the plan; invited ones are heard."),
    )
    group = forms.ModelChoiceField(
        ReferenceItem.objects.none(),
        label=_("Stakeholder group"),
        required=False,
        help_text=_("Whom of those concerned the seat speaks for."),
    )
    post = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Post that sits"),
        required=False,
        help_text=_("One of the organisation's own posts."),
    )
    people = forms.IntegerField(
        label=_("People"),
        min_value=1,
        max_value=500,
        initial=1,
        help_text=_("How many the organisation sends."),
    )
    mandate = forms.CharField(
        label=_("Mandate"),
        required=False,
        max_length=300,
        help_text=_("What the seat may commit its organisation to; leave empty if none is known."),
    )

    def offer_groups(self, lab: Lab, own: ReferenceItem | None = None) -> None:
        """The groups of the programme's country, with the one that the seat has already."""
        group: Any = self.fields["group"]
        offered = reference.items(List.STAKEHOLDER_GROUP, lab.area.programme.country)
        pks = [*offered.values_list("pk", flat=True), *([own.pk] if own else [])]
        group.queryset = ReferenceItem.objects.filter(pk__in=pks).order_by("position", "label")


class SeatForm(_SeatFields):
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Organisation"))
    field_order = ["organisation", "kind", "group", "post", "people", "mandate"]

    def __init__(self, *args: Any, lab: Lab, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organisations: Any = self.fields["organisation"]
        seated = lab.seats.values("organisation")
        organisations.queryset = Organisation.objects.exclude(pk__in=seated)
        organisations.error_messages["invalid_choice"] = _(
            "This organisation has a seat in the lab already, or is none. Change its seat on the"
            " page of the lab, or choose another."
        )
        posts: Any = self.fields["post"]
        posts.queryset = Post.objects.filter(abolished_on=None).select_related("organisation")
        self.fields["people"].required = False
        self.offer_groups(lab)

    def clean_people(self) -> int:
        return int(self.cleaned_data["people"] or 1)


class SeatEditForm(SeenForm, _SeatFields):
    """A seat as it is, to be changed; ``seen`` notices that it changed meanwhile."""

    field_order = ["kind", "group", "post", "people", "mandate", "seen"]

    def __init__(self, *args: Any, seat: Seat, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Post.objects.filter(organisation=seat.organisation_id)
        kept = own.filter(Q(abolished_on=None) | Q(pk=seat.post_id or 0))
        posts: Any = self.fields["post"]
        posts.queryset = kept.select_related("organisation")
        self.offer_groups(seat.lab, seat.group)


class InterestForm(forms.Form):
    text = forms.CharField(
        label=_("Interest"),
        help_text=_("What the organisation stands to gain or lose by what the lab decides."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
