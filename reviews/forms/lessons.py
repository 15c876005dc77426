"""Answering what was learned, and searching what was learned elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.forms.lessons import ANY, LessonForm
from labs.models import Lab, Lesson, Programme, ReferenceItem
from labs.models.reference import List
from labs.selectors import reference
from labs.templatetags.tables import CAUSES
from reviews.selectors.lesson_subjects import Subject


class AnswerForm(LessonForm):
    """A lesson, filled in with cause and instrument of what it is asked about.

    Of something restricted it must be said that the words may be read by all readers.
    """

    programme = forms.ModelChoiceField(Programme.objects.none(), label=_("Programme"))
    open_words = forms.BooleanField(
        label=_("The lesson names nothing that is restricted"),
        help_text=_("Every reader of the programme can read it."),
    )
    field_order = ("programme", "title", "text", "instrument", "cause", "layer", "source")

    def __init__(self, *args: Any, subject: Subject, programmes: Any, **kwargs: Any) -> None:
        country = subject.programme.country if subject.programme else ""
        instrument = subject.instrument
        offered = reference.items(List.INSTRUMENT, country)
        code = instrument.code if instrument else ""
        kwargs["initial"] = {
            "cause": subject.cause,
            "instrument": offered.filter(code=code).first(),
            **kwargs.get("initial", {}),
        }
        given = subject.programme or Programme(country=country)
        super().__init__(*args, programme=given, labs=Lab.objects.none(), **kwargs)
        del self.fields["lab"]
        if subject.programme is not None:
            del self.fields["programme"]
        else:
            choose: Any = self.fields["programme"]
            choose.queryset = programmes
        if not subject.restricted or _kept(subject):
            del self.fields["open_words"]

    def lesson(self) -> dict[str, Any]:
        """What the service takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "open_words"}


def _kept(subject: Subject) -> bool:
    """Whether a lesson of this is kept to the same readers: those of a restricted lab are."""
    return subject.lab is not None and subject.lab.restricted_to.exists()


class WordsField(forms.CharField):
    """Whatever is typed is taken: what is no word is not searched."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(str(value or "").replace("\x00", " ")))


class SearchForm(forms.Form):
    """Words and tags; every field may stay empty."""

    q = WordsField(
        label=_("Words"),
        required=False,
        help_text=_("All of them must occur; accents and endings do not matter."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    instrument = forms.ChoiceField(label=_("Instrument"), required=False)
    cause = forms.ChoiceField(
        label=_("What was at fault"), choices=[*ANY, *CAUSES.items()], required=False
    )
    layer = forms.ChoiceField(
        label=_("Layer"), choices=[*ANY, *Lesson.Layer.choices], required=False
    )
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label=_("Programme"),
        required=False,
        to_field_name="code",
        empty_label=_("All"),
    )

    def __init__(self, *args: Any, programmes: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose: Any = self.fields["programme"]
        choose.queryset = programmes
        tags: Any = self.fields["instrument"]
        tags.choices = [*ANY, *_instruments()]

    @property
    def criteria(self) -> dict[str, Any]:
        """What the selector takes; what does not hold is left out."""
        self.is_valid()
        given = self.cleaned_data
        return {
            "text": given.get("q", ""),
            "instrument": given.get("instrument", ""),
            "cause": given.get("cause", ""),
            "layer": given.get("layer", ""),
            "programme": given.get("programme"),
        }


def _instruments() -> list[tuple[str, str]]:
    """Code and name of every instrument on offer anywhere, each code once."""
    found: dict[str, str] = {}
    rows = ReferenceItem.objects.filter(list=List.INSTRUMENT, superseded_at=None)
    for item in rows.order_by("country", "position", "label"):
        found.setdefault(item.code, str(item))
    return list(found.items())
