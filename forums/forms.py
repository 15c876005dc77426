"""Forms of the pages of forums. What the rules refuse is shown on the form."""

from __future__ import annotations

import datetime
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from forums.models import Cycle, Forum, Vote
from forums.selectors import ladders, meetings
from ledger.forms import DayField
from people.models import Post


def zones() -> list[tuple[str, Any]]:
    """Time zones for a list, that of the installation first."""
    names = (zone for zone in sorted(available_timezones()) if "/" in zone or zone == "UTC")
    named = [(zone, zone.replace("_", " ")) for zone in names]
    return [("", _("That of the installation")), *named]


class VoteForm(forms.Form):
    """One vote in one's own place."""

    choice = forms.ChoiceField(
        label=_("Your vote"),
        choices=[(value, capfirst(label)) for value, label in Vote.Choice.choices],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("Needed unless you abstain. Readers of the decision see it."),
    )


class AnswerForm(forms.Form):
    """Confirm or repudiate a decision that was entered on one's behalf."""

    answer = forms.ChoiceField(
        label=_("Was this decided as entered?"),
        choices=[
            ("confirm", _("Yes, I confirm it")),
            ("repudiate", _("No, I repudiate it")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("Needed to repudiate. The decision then stands until another supersedes it."),
    )


class DoneForm(forms.Form):
    """Report an action done."""

    note = forms.CharField(
        label=_("What was done, and where it can be seen"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence = forms.FileField(label=_("Evidence"), required=False)


class WithdrawActionForm(forms.Form):
    """Take an action back."""

    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea(attrs={"rows": 4}))


class ForumForm(forms.ModelForm):
    """Found a forum or change its settings."""

    class Meta:
        model = Forum
        fields = [
            "name",
            "purpose",
            "parent",
            "chair",
            "alternate",
            "secretary",
            "quorum",
            "response_days",
            "minimum_stay_days",
            "meets_every_days",
            "delegates_count",
            "country",
            "time_zone",
        ]
        help_texts = {
            "parent": _("Disputes go up there. Empty: nothing is above this forum."),
            "country": _("Two letters (MY), or with a part (MY-14). Empty: weekends only."),
            "quorum": _("How many must vote, of those free of interest."),
        }

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones,
        required=False,
        help_text=_("Its meetings are at this clock. Those made already keep their moment."),
    )
    members = forms.ModelMultipleChoiceField(
        label=_("Core members"),
        queryset=Post.objects.none(),
        required=False,
        help_text=_("Besides the chair. They vote."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(abolished_on=None).select_related("organisation")
        for name in ("chair", "alternate", "secretary", "members"):
            self.fields[name].queryset = posts  # type: ignore[attr-defined]
        parents = Forum.objects.filter(closed_on=None)
        if self.instance.pk:
            parents = parents.exclude(pk=self.instance.pk)
            # A closed parent cannot be chosen: without this, saving would cut the ladder here.
            above = ladders.above(self.instance)
            self.initial["parent"] = above.pk if above else None
            del self.fields["members"]
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]


class MemberForm(forms.Form):
    """Give a post a place."""

    post = forms.ModelChoiceField(label=_("Post"), queryset=Post.objects.none())
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=[("core", _("core: votes")), ("invited", _("invited: is heard"))],
        initial="core",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.filter(abolished_on=None).select_related("organisation")
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]


class CycleForm(forms.Form):
    """A rhythm in which a forum meets."""

    rhythm = forms.ChoiceField(label=_("Rhythm"), choices=Cycle.Rhythm.choices)
    first_on = DayField(
        label=_("First meeting"),
        help_text=_(
            "The rhythm counts from this day. Where it names a day off, the forum meets on the"
            " next working day."
        ),
    )
    at_time = forms.TimeField(label=_("Time"), initial=datetime.time(9))
    minutes_long = forms.IntegerField(
        label=_("Length in minutes"), min_value=1, max_value=24 * 60, initial=120
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    agenda_days = forms.IntegerField(
        label=_("Agenda sent, working days before"), min_value=0, max_value=60, initial=5
    )

    def __init__(self, *args: Any, forum: Forum, changing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at_time"].help_text = _clock(forum)
        if changing:
            self.fields["reason"] = _reason(_("Why it changes"))


class WhyForm(forms.Form):
    """Why a rhythm ends or a meeting is cancelled."""

    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Whoever is signed in can read it."),
    )


class MeetingForm(forms.Form):
    """A meeting outside every rhythm, or another time for a planned one."""

    day = DayField(label=_("Day"))
    at_time = forms.TimeField(label=_("Time"), initial=datetime.time(9))
    minutes_long = forms.IntegerField(
        label=_("Length in minutes"), min_value=1, max_value=24 * 60, initial=120
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Everybody around the forum is told, and whoever is signed in can read it."),
    )

    def __init__(self, *args: Any, forum: Forum, moving: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.forum = forum
        self.fields["at_time"].help_text = _clock(forum)
        if moving:
            del self.fields["minutes_long"]

    @property
    def starts_at(self) -> datetime.datetime:
        """Day and time, by the clock where the forum meets."""
        day, at_time = self.cleaned_data["day"], self.cleaned_data["at_time"]
        return datetime.datetime.combine(day, at_time, tzinfo=meetings.zone(self.forum))


def _clock(forum: Forum) -> str:
    return gettext("By the clock in %(zone)s, such as 14:30.") % {
        "zone": str(meetings.zone(forum)).replace("_", " ")
    }


def _reason(label: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 3}))
