"""Forms of a meeting that is held: who came, the minutes, other business."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import Attendance, Forum, Meeting
from forums.selectors.meetings import Place
from forums.services.sittings import Presence
from people.models import Post
from reviews.models import AgendaItem
from reviews.selectors.agenda_items import Line

Outcome = AgendaItem.Outcome
SETTABLE = {Outcome.NOTED, Outcome.CARRIED_OVER}


class BusinessForm(forms.Form):
    """Something that does not wait by itself."""

    title = forms.CharField(
        label=_("What the meeting is to deal with"),
        max_length=300,
        help_text=_("Everybody who may read the agenda sees it."),
    )


class AttendanceForm(forms.Form):
    """One row for each place: who came for it, and of what rank."""

    def __init__(
        self,
        *args: Any,
        forum: Forum,
        places: Iterable[Place],
        recorded: Iterable[Attendance] = (),
        chaired_by: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = list(places)
        known = {row.post_id: row for row in recorded}
        for place in self.places:
            self._add_row(place.post, known.get(place.post.pk))
        allowed = [row.post for row in self.places if row.core or row.post == forum.alternate]
        self.fields["chaired_by"] = forms.ModelChoiceField(
            label=_("Who presided"),
            queryset=Post.objects.filter(pk__in=[post.pk for post in allowed]).select_related(
                "organisation"
            ),
            initial=chaired_by or forum.chair_id,
            help_text=_("The chair; without the chair the alternate; else a core member."),
        )

    def _add_row(self, post: Post, known: Attendance | None) -> None:
        self.fields[f"presence_{post.pk}"] = forms.ChoiceField(
            label=_("Presence of %(post)s") % {"post": post},
            choices=[("", _("Choose")), *Attendance.Presence.choices],
            initial=known.presence if known else "",
            error_messages={"required": _("Say who came.")},
        )
        self.fields[f"name_{post.pk}"] = forms.CharField(
            label=_("Delegate of %(post)s") % {"post": post},
            max_length=200,
            required=False,
            initial=known.delegate_name if known else "",
        )
        self.fields[f"office_{post.pk}"] = forms.CharField(
            label=_("Office of the delegate of %(post)s") % {"post": post},
            max_length=200,
            required=False,
            initial=known.delegate_office if known else "",
        )
        self.fields[f"rank_{post.pk}"] = forms.IntegerField(
            label=_("Rank of who came for %(post)s") % {"post": post},
            min_value=1,
            max_value=1000,
            required=False,
            initial=known.rank if known else None,
        )

    def rows(self) -> Iterator[tuple[Place, Any, Any, Any, Any]]:
        """Each place with its four fields, for the table."""
        for place in self.places:
            names = ("presence", "name", "office", "rank")
            presence, name, office, rank = (self[f"{each}_{place.post.pk}"] for each in names)
            yield place, presence, name, office, rank

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for place in self.places:
            sent = cleaned.get(f"presence_{place.post.pk}") == Attendance.Presence.DELEGATE
            if sent and not cleaned.get(f"name_{place.post.pk}"):
                self.add_error(f"name_{place.post.pk}", _("Give the name of the delegate."))
        return cleaned

    def attendance(self) -> list[Presence]:
        """What was filled in, for the service."""
        given = self.cleaned_data
        return [
            Presence(
                post_id=place.post.pk,
                presence=given[f"presence_{place.post.pk}"],
                delegate_name=given[f"name_{place.post.pk}"],
                delegate_office=given[f"office_{place.post.pk}"],
                rank=given[f"rank_{place.post.pk}"],
            )
            for place in self.places
        ]


class MinutesForm(forms.Form):
    """What was said, as a whole and of single items. It stays with the forum."""

    minutes = forms.CharField(
        label=_("Minutes"),
        widget=forms.Textarea(attrs={"rows": 14}),
        required=False,
        help_text=_("They stay with the forum. What it decided is open to readers by itself."),
    )
    document = forms.FileField(
        label=_("Minutes as a file"), required=False, help_text=_("Instead, or as well.")
    )

    def __init__(self, *args: Any, meeting: Meeting, lines: Iterable[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["minutes"].initial = meeting.minutes
        self.lines = list(lines)
        for line in self.lines:
            item = line.item
            self.fields[f"note_{item.pk}"] = forms.CharField(
                label=_("What was said of “%(title)s”") % {"title": line.title},
                widget=forms.Textarea(attrs={"rows": 2}),
                required=False,
                initial=item.note,
            )
            if item.outcome in SETTABLE:
                self.fields[f"noted_{item.pk}"] = forms.BooleanField(
                    label=_("Taken note of"),
                    required=False,
                    initial=item.outcome == Outcome.NOTED,
                )

    def rows(self) -> Iterator[tuple[Line, Any, Any]]:
        """Each item with its fields; None where its outcome is known already."""
        for line in self.lines:
            name = f"noted_{line.item.pk}"
            yield line, self[f"note_{line.item.pk}"], self[name] if name in self.fields else None

    def notes(self) -> dict[int, str]:
        """Item id to what was said of it."""
        given = self.cleaned_data
        return {line.item.pk: given[f"note_{line.item.pk}"] for line in self.lines}

    def noted(self) -> dict[int, bool]:
        """Item id to whether note was taken of it, of those where that is to be said."""
        names = {line.item.pk: f"noted_{line.item.pk}" for line in self.lines}
        return {pk: self.cleaned_data[name] for pk, name in names.items() if name in self.fields}
