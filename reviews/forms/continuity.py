"""Forms of reorganisations and handovers. The first step is looked at before anything is done."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from labs.models import ResultArea
from ledger.forms import DayField
from people.models import Organisation, Post
from people.selectors import continuity
from people.services.reorganisations import NotYet

STAYS = ""


class DatedForm(forms.Form):
    """As of which day, and why."""

    on = DayField(
        label=gettext_lazy("As of"),
        help_text=gettext_lazy(
            "Today or an earlier day. It takes effect when it is recorded; records of before "
            "this day keep the old names."
        ),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    reference = forms.CharField(
        label=gettext_lazy("Reference of the act or decree"), max_length=200, required=False
    )

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["on"].initial = today

    def clean_on(self) -> datetime.date:
        on: datetime.date = self.cleaned_data["on"]
        if on > self.today:
            raise forms.ValidationError(NotYet.message, code=NotYet.code)
        return on


class RenameForm(DatedForm):
    """A new name for one organisation."""

    name = forms.CharField(label=gettext_lazy("New name"), max_length=200)
    short_name = forms.CharField(
        label=gettext_lazy("New short name"), max_length=40, required=False
    )
    field_order = ["name", "short_name", "on", "reason", "reference"]


class MergeForm(DatedForm):
    """Several organisations become part of one, which exists or is new."""

    organisations = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Organisations that merge"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Choose two or more; one, if it joins an organisation that exists."),
    )
    into = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("They become part of"),
        required=False,
        empty_label=gettext_lazy("a new organisation, named below"),
    )
    name = forms.CharField(
        label=gettext_lazy("Name of the new organisation"), max_length=200, required=False
    )
    short_name = forms.CharField(
        label=gettext_lazy("Its short name"), max_length=40, required=False
    )
    field_order = ["organisations", "into", "name", "short_name", "on", "reason", "reference"]

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        for name in ("organisations", "into"):
            self.fields[name].queryset = continuity.living(today)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        into, name = found.get("into"), (found.get("name") or "").strip()
        if into is None and not name:
            self.add_error("into", _("Choose the organisation they join, or name a new one below."))
        if into is not None and name:
            self.add_error("name", _("Leave this empty, or choose “a new organisation” above."))
        merging = [each for each in found.get("organisations") or () if each != into]
        if "organisations" in found and len(merging) < (1 if into else 2):
            self.add_error("organisations", _("Choose at least two organisations, or one to join."))
        return found


class SplitForm(DatedForm):
    """One organisation into several; once the parts are known, which posts and areas go where."""

    existing = forms.ModelMultipleChoiceField(
        Organisation.objects.none(),
        label=gettext_lazy("Organisations that exist and take over posts"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    names = forms.CharField(
        label=gettext_lazy("New organisations, one name a line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    ends = forms.BooleanField(
        label=gettext_lazy("It ends: the first of the new organisations is its main successor"),
        required=False,
        help_text=gettext_lazy(
            "Then the main successor takes over the posts that are left, and seats, disputes "
            "and whatever else is in its name. Else it goes on with what is left."
        ),
    )
    field_order = ["names", "existing", "ends", "on", "reason", "reference"]

    def __init__(
        self, *args: Any, organisation: Organisation, today: datetime.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, today=today, **kwargs)
        self.organisation = organisation
        others = continuity.living(today).exclude(pk=organisation.pk)
        self.fields["existing"].queryset = others  # type: ignore[attr-defined]
        self.base = list(self.fields)
        self.posts = list(organisation.posts.filter(abolished_on=None).order_by("rank", "title"))
        self.areas = list(
            ResultArea.objects.filter(lead=organisation, programme__closed_at=None).select_related(
                "programme"
            )
        )
        if self.is_bound:
            self._offer_targets()

    @property
    def parts(self) -> list[Organisation | str]:
        """The organisations it is split into: new ones by name, in the order given, then existing."""
        names = [line.strip() for line in self.data.get("names", "").splitlines() if line.strip()]
        field = self.fields["existing"]
        ids = [value for value in self.data.getlist("existing") if value.isdigit()]
        return [*dict.fromkeys(names), *field.queryset.filter(pk__in=ids)]  # type: ignore[attr-defined]

    def _offer_targets(self) -> None:
        stays = [(STAYS, _("with its main successor") if self.data.get("ends") else _("stays"))]
        choices = stays + [(str(place), str(part)) for place, part in enumerate(self.parts)]
        for post in self.posts:
            self.fields[f"post_{post.pk}"] = forms.ChoiceField(
                label=post.title, choices=choices, required=False
            )
        for area in self.areas:
            self.fields[f"area_{area.pk}"] = forms.ChoiceField(
                label=_("Result area %(area)s") % {"area": area.name},
                choices=choices,
                required=False,
            )

    @property
    def first_step_holds(self) -> bool:
        """Whether the parts, the day and the reason are given as they should be."""
        return not (set(self.errors) & {*self.base, forms.forms.NON_FIELD_ERRORS})

    def base_fields_shown(self) -> list[Any]:
        return [self[name] for name in self.base]

    def targets(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in self.base]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.parts:
            self.add_error("names", _("Name at least one organisation that it is split into."))
        long = [part for part in self.parts if isinstance(part, str) and len(part) > 200]
        if long:
            self.add_error("names", _("Write names of at most 200 characters."))
        return found

    def chosen(self, prefix: str, rows: list[Any]) -> dict[Any, int]:
        """The posts or areas that go somewhere, with the place of the part they go to."""
        found = ((row, self.cleaned_data.get(f"{prefix}_{row.pk}", STAYS)) for row in rows)
        return {row: int(place) for row, place in found if place != STAYS}

    def act(self) -> dict[str, Any]:
        """What the service takes."""
        data = self.cleaned_data
        return {
            "organisation": self.organisation,
            "parts": self.parts,
            "posts": self.chosen("post", self.posts),
            "areas": self.chosen("area", self.areas),
            "successor": 0 if data["ends"] else None,
            "on": data["on"],
            "reason": data["reason"],
            "reference": data["reference"],
        }


class HandoverForm(DatedForm):
    """To which post the duties of another pass."""

    to_post = forms.ModelChoiceField(Post.objects.none(), label=gettext_lazy("To the post"))
    reference = None  # type: ignore[assignment]
    field_order = ["to_post", "on", "reason"]

    def __init__(self, *args: Any, post: Post, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, today=today, **kwargs)
        others = Post.objects.filter(abolished_on=None).exclude(pk=post.pk)
        self.fields["to_post"].queryset = others.select_related("organisation")  # type: ignore[attr-defined]
        self.fields["on"].help_text = _(
            "Today or an earlier day. It takes effect when it is recorded; what was done before "
            "keeps the old owner."
        )
