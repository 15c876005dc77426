"""Forms about plans as a whole: who coordinates, why it is closed, how owners work together."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from people.models import Appointment, Post


class CoordinatorForm(forms.Form):
    """The post that sees to it: one that somebody holds today."""

    coordinator = forms.ModelChoiceField(label=_("Coordinator"), queryset=Post.objects.none())

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        held = Appointment.objects.filter(
            Q(ends_on=None) | Q(ends_on__gte=on), starts_on__lte=on, user__is_active=True
        )
        alive = Q(abolished_on=None) | Q(abolished_on__gt=on)
        field: Any = self.fields["coordinator"]
        field.queryset = Post.objects.filter(alive, pk__in=held.values("post")).select_related(
            "organisation"
        )


class CloseForm(forms.Form):
    """Why there is nothing more to sort out."""

    reason = forms.CharField(
        label=_("What was agreed, or why there is nothing to do"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class LinkForm(forms.Form):
    """How the owners of two initiatives work together."""

    how = forms.CharField(
        label=_("How the owners work together"),
        help_text=_("Who serves whom, who leads, what one does not do any more."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
