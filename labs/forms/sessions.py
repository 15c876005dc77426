"""Groups, sessions, who came, and what is kept of a session."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.models import Attendance, Lab, Seat, Session, SessionRecord, WorkingGroup
from labs.services.attendance import Came
from people.models import Post


class GroupForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200)
    task = forms.CharField(
        label=_("Task"),
        required=False,
        max_length=5000,
        help_text=_("What the group is to bring back to the lab."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seats = forms.ModelMultipleChoiceField(
        Seat.objects.none(),
        label=_("Seats in the group"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, lab: Lab, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        seats: Any = self.fields["seats"]
        seats.queryset = lab.seats.select_related("organisation").order_by("organisation__name")
        seats.label_from_instance = lambda seat: seat.organisation.name


class SessionForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    group = forms.ModelChoiceField(
        WorkingGroup.objects.none(),
        label=_("Group"),
        required=False,
        empty_label=_("The whole lab"),
    )
    starts_at = forms.DateTimeField(label=_("Starts"), widget=forms.DateTimeInput)
    ends_at = forms.DateTimeField(label=_("Ends"), widget=forms.DateTimeInput)
    place = forms.CharField(label=_("Place"), max_length=200, required=False)

    def __init__(self, *args: Any, lab: Lab, session: Session | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        group: Any = self.fields["group"]
        own = session.group_id if session else None
        group.queryset = WorkingGroup.objects.filter(Q(closed_at=None) | Q(pk=own), lab=lab)
        zone = {"zone": lab.area.programme.time_zone}
        self.fields["starts_at"].help_text = _("The clock in %(zone)s.") % zone
        if session is not None:
            self.fields["reason"] = forms.CharField(
                label=_("Why it changes"), max_length=300, help_text=_("Readers see it.")
            )


class CancelForm(forms.Form):
    reason = forms.CharField(
        label=_("Why it is cancelled"), max_length=300, help_text=_("Readers see it.")
    )


class RecordForm(forms.Form):
    """Minutes or an output."""

    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            (SessionRecord.Kind.MINUTES, _("Minutes: private to the lab")),
            (SessionRecord.Kind.OUTPUT, _("An output: public to readers")),
        ],
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Text"),
        max_length=50_000,
        help_text=_("Added to what is there and never changed."),
        widget=forms.Textarea(attrs={"rows": 12}),
    )


class AttendanceForm(forms.Form):
    """A row per seat: the post that came, or a name; rank; whether for somebody else."""

    def __init__(
        self, *args: Any, seats: Sequence[Seat], recorded: Sequence[Attendance], **kwargs: Any
    ) -> None:
        before = {row.seat_id: row for row in recorded}
        super().__init__(*args, **kwargs)
        self.seats = list(seats)
        posts = self._posts({row.post_id for row in recorded if row.post_id})
        for seat in self.seats:
            row = before.get(seat.pk)
            self._add(seat, row, posts.get(seat.organisation_id, []))

    def _posts(self, named: set[int]) -> dict[int, list[Post]]:
        """The posts of the seated organisations, in one query."""
        found: dict[int, list[Post]] = {}
        organisations = [seat.organisation_id for seat in self.seats]
        alive = Q(abolished_on=None) | Q(pk__in=named)
        for post in Post.objects.filter(alive, organisation__in=organisations).order_by(
            "rank", "title"
        ):
            found.setdefault(post.organisation_id, []).append(post)
        return found

    def _add(self, seat: Seat, row: Attendance | None, posts: list[Post]) -> None:
        name = seat.organisation.name
        choices = [("", _("Nobody, or by name")), *((post.pk, post.title) for post in posts)]
        fields: dict[str, forms.Field] = {
            "post": forms.TypedChoiceField(
                label=_("Post that came for %(seat)s") % {"seat": name},
                choices=choices,
                coerce=int,
                empty_value=None,
                required=False,
                initial=row.post_id if row else None,
            ),
            "name": forms.CharField(
                label=_("Name, for %(seat)s") % {"seat": name},
                max_length=200,
                required=False,
                initial=row.name if row else "",
            ),
            "rank": forms.IntegerField(
                label=_("Rank, for %(seat)s") % {"seat": name},
                min_value=1,
                max_value=999,
                required=False,
                initial=row.rank if row else None,
            ),
            "delegate": forms.BooleanField(
                label=_("Came for somebody else"),
                required=False,
                initial=row.delegate if row else False,
            ),
        }
        for key, field in fields.items():
            self.fields[f"{key}_{seat.pk}"] = field
        self.posts = getattr(self, "posts", {}) | {post.pk: post for post in posts}

    def rows(self) -> Iterator[tuple[Seat, Any, Any, Any, Any]]:
        """Each seat with its four fields."""
        for seat in self.seats:
            yield (
                seat,
                self[f"post_{seat.pk}"],
                self[f"name_{seat.pk}"],
                self[f"rank_{seat.pk}"],
                self[f"delegate_{seat.pk}"],
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for seat in self.seats:
            someone = cleaned.get(f"post_{seat.pk}") or cleaned.get(f"name_{seat.pk}")
            more = cleaned.get(f"rank_{seat.pk}") or cleaned.get(f"delegate_{seat.pk}")
            if more and not someone and not self.has_error(f"post_{seat.pk}"):
                self.add_error(f"name_{seat.pk}", _("Say who came: a post, or a name."))
        return cleaned

    def came(self) -> list[Came]:
        """Those who came, as the service takes them.

        A rank or a name that was only filled in from the post before is not kept when
        another post is chosen.
        """
        found = []
        for seat in self.seats:
            post, name, rank = (
                self.cleaned_data[f"{key}_{seat.pk}"] for key in ("post", "name", "rank")
            )
            if not post and not name:
                continue
            if post and post != self.fields[f"post_{seat.pk}"].initial:
                name = name if f"name_{seat.pk}" in self.changed_data else ""
                rank = rank if f"rank_{seat.pk}" in self.changed_data else None
            delegate = self.cleaned_data[f"delegate_{seat.pk}"]
            found.append(Came(seat, self.posts[post] if post else None, name, rank, delegate))
        return found
