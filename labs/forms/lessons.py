"""Lessons: adding one, choosing those a lab begins with, narrowing the register."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, Lesson, Programme, ReferenceItem
from labs.models.reference import List
from labs.selectors import reference
from labs.templatetags.tables import CAUSES

NO_CAUSE = [("", _("None"))]
ANY = [("", _("All"))]


class LessonForm(forms.Form):
    title = forms.CharField(
        label=_("Lesson"), max_length=200, help_text=_("In one sentence, for somebody elsewhere.")
    )
    text = forms.CharField(
        label=_("What happened, and what follows"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    instrument = forms.ModelChoiceField(
        ReferenceItem.objects.none(), label=_("Instrument"), required=False
    )
    cause = forms.ChoiceField(
        label=_("What was at fault"),
        choices=[*NO_CAUSE, *CAUSES.items()],
        required=False,
        help_text=_("As a review names it; none for what went well."),
    )
    layer = forms.ChoiceField(
        label=_("Layer"),
        choices=Lesson.Layer,
        initial=Lesson.Layer.PUBLIC,
        widget=forms.RadioSelect,
        help_text=_("Who had to learn it."),
    )
    lab = forms.ModelChoiceField(Lab.objects.none(), label=_("Lab"), required=False)
    source = forms.CharField(
        label=_("Source"), max_length=300, required=False, help_text=_("A report, a page, a talk.")
    )

    def __init__(self, *args: Any, programme: Programme, labs: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instruments: Any = self.fields["instrument"]
        instruments.queryset = reference.items(List.INSTRUMENT, programme.country)
        chosen: Any = self.fields["lab"]
        chosen.queryset = labs


class LessonFilter(forms.Form):
    """Which lessons of the register to show; every field may stay empty."""

    instrument = forms.ModelChoiceField(
        ReferenceItem.objects.none(),
        label=_("Instrument"),
        required=False,
        to_field_name="code",
        empty_label=_("All"),
    )
    cause = forms.ChoiceField(
        label=_("What was at fault"), choices=[*ANY, *CAUSES.items()], required=False
    )
    layer = forms.ChoiceField(
        label=_("Layer"), choices=[*ANY, *Lesson.Layer.choices], required=False
    )

    def __init__(self, *args: Any, programme: Programme, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        instruments: Any = self.fields["instrument"]
        instruments.queryset = reference.items(List.INSTRUMENT, programme.country)

    @property
    def criteria(self) -> dict[str, str]:
        """What the selector takes; what does not hold is left out."""
        if not self.is_valid():
            return {}
        given = self.cleaned_data
        instrument = given["instrument"]
        return {
            "instrument": instrument.code if instrument else "",
            "cause": given["cause"],
            "layer": given["layer"],
        }


class LessonsField(forms.ModelMultipleChoiceField):
    """Lessons to choose from, each told by its title, its instrument and where it was learned."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Lesson.objects.none(),
            label=_("Lessons of earlier labs to begin with"),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **kwargs,
        )

    def offer(self, lessons: Iterable[Lesson]) -> None:
        """Offer exactly these."""
        self.queryset = Lesson.objects.filter(
            pk__in=[lesson.pk for lesson in lessons]
        ).select_related("instrument", "lab")

    def label_from_instance(self, obj: Any) -> str:
        beside = [str(each) for each in (obj.instrument, obj.lab) if each]
        return f"{obj.title} ({', '.join(beside)})" if beside else str(obj.title)


class ChooseLessonsForm(forms.Form):
    lessons = LessonsField()

    def __init__(self, *args: Any, offered: Iterable[Lesson], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["lessons"]
        field.offer(offered)
