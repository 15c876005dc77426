"""Programmes, areas, labs, seats."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.db.models import QuerySet
from django.utils.dates import MONTHS
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, Purpose
from forums.selectors import members
from labs.forms.lessons import LessonsField
from labs.models import Lesson, ProgrammeSettings
from labs.models.labs import Method
from ledger.forms import DayField
from people.models import Organisation, User


def open_forums() -> QuerySet[Forum]:
    return Forum.objects.filter(closed_on=None)


class ProgrammeForm(forms.Form):
    code = forms.SlugField(
        label=_("Code"),
        max_length=40,
        help_text=_("Part of addresses; small letters, digits and hyphens: gtp-2"),
    )
    name = forms.CharField(label=_("Name"), max_length=200)
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, help_text=_("Three letters: MYR")
    )
    time_zone = forms.ChoiceField(label=_("Time zone"), initial="UTC")
    country = forms.CharField(
        label=_("Country of its calendar"),
        max_length=10,
        required=False,
        help_text=_("Two letters whose public holidays count: MY"),
    )
    fiscal_year_start = forms.TypedChoiceField(
        label=_("Fiscal year starts in"), choices=list(MONTHS.items()), coerce=int, initial=1
    )
    starts_on = DayField(label=_("Starts"), required=False)
    ends_on = DayField(label=_("Ends"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones: Any = self.fields["time_zone"]
        zones.choices = [(zone, zone) for zone in sorted(available_timezones())]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean_country(self) -> str:
        return str(self.cleaned_data["country"]).upper()


class AreaForumsForm(forms.Form):
    """Which forums an area's matters go to."""

    home_forum = forms.ModelChoiceField(
        Forum.objects.none(),
        label=_("Home forum"),
        help_text=_("Where its reviews go and where its disputes begin."),
    )
    conflict_forum = forms.ModelChoiceField(
        Forum.objects.none(),
        label=_("Conflict forum"),
        required=False,
        empty_label=_("None: they begin where all others do"),
        help_text=_("Where disputes about who gains and who pays begin, away from common work."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home: Any = self.fields["home_forum"]
        home.queryset = open_forums()
        conflict: Any = self.fields["conflict_forum"]
        conflict.queryset = open_forums().filter(purpose=Purpose.CONFLICT)


class AreaForm(AreaForumsForm):
    """A new result area."""

    name = forms.CharField(label=_("Result area"), max_length=200)
    lead = forms.ModelChoiceField(
        Organisation.objects.all(),
        label=_("Lead organisation"),
        help_text=_("The one organisation that answers for the area."),
    )
    field_order = ["name", "lead", "home_forum", "conflict_forum"]


class ReaderForm(forms.Form):
    """Somebody who may read a programme: an organisation or a person."""

    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("Organisation"), required=False
    )
    user = forms.ModelChoiceField(
        User.objects.filter(is_active=True), label=_("Or a person"), required=False
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if bool(cleaned.get("organisation")) == bool(cleaned.get("user")):
            raise forms.ValidationError(_("Choose either an organisation or a person."))
        return cleaned


class CloseForm(forms.Form):
    because = forms.CharField(label=_("Why it is closed"), max_length=300)


class LabForm(forms.Form):
    """The lab that an intake asks for. What is unusual is said, with the setting's number."""

    title = forms.CharField(label=_("Title"), max_length=200)
    question = forms.CharField(
        label=_("Question"),
        help_text=_("The problem the lab is to solve."),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    method = forms.ChoiceField(
        label=_("Method"), choices=Method, initial=Method.LAB, widget=forms.RadioSelect
    )
    is_mini = forms.BooleanField(
        label=_("Mini-lab"), required=False, help_text=_("Shorter, on one part of the problem.")
    )
    starts_on = DayField(label=_("Starts"))
    ends_on = DayField(label=_("Ends"))
    steering = forms.ModelChoiceField(
        Forum.objects.none(),
        label=_("Steering committee"),
        help_text=_("The forum that approves the plan."),
    )
    lessons = LessonsField()

    def __init__(
        self,
        *args: Any,
        settings: ProgrammeSettings,
        lessons: list[Lesson],
        on: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].help_text = _(
            "Labs of this programme take %(least)s to %(most)s weeks; mini-labs are exempt."
        ) % {"least": settings.lab_weeks_min, "most": settings.lab_weeks_max}
        self._offer_forums(settings.forum_members_max, on)
        chosen: Any = self.fields["lessons"]
        if lessons:
            chosen.offer(lessons)
        else:
            del self.fields["lessons"]

    def _offer_forums(self, most: int, on: date) -> None:
        """Open forums; one with more members than the setting says so."""
        forums: Any = self.fields["steering"]
        forums.queryset = open_forums()
        sizes = members.sizes(forums.queryset.values_list("pk", flat=True), on)
        over = {pk: size for pk, size in sizes.items() if size > most}
        said = _("%(forum)s (%(members)s members, more than %(most)s)")
        forums.label_from_instance = lambda forum: (
            said % {"forum": forum, "members": over[forum.pk], "most": most}
            if forum.pk in over
            else str(forum)
        )


class RestrictForm(forms.Form):
    forums = forms.ModelMultipleChoiceField(
        Forum.objects.none(),
        label=_("Only for these forums"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Choose none to open the lab to all readers of the programme. Seated organisations, "
            "the delivery unit and auditors always read it; others see it in counts only."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        forums: Any = self.fields["forums"]
        forums.queryset = open_forums()


class RevisionForm(forms.Form):
    """A new draft."""

    title = forms.CharField(
        label=_("Title"), max_length=200, help_text=_("What the revision is about.")
    )
    reason = forms.CharField(
        label=_("Why the plan is to change"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
