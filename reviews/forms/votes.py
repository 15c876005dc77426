"""Forms of a motion: one vote, and the minute of a whole meeting."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import Motion, Vote, Voter
from forums.services.votes import MinutedVote
from ledger.forms import DayField
from people.models import Post

SOURCES = 3


class VoteForm(forms.Form):
    """One vote in one's own place."""

    choice = forms.ChoiceField(
        label=_("Your vote"), choices=Vote.Choice.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("Needed unless you abstain. Readers of the decision see it."),
    )


class WithdrawForm(forms.Form):
    """Why a motion is taken back."""

    reason = forms.CharField(
        label=_("Why is it withdrawn?"), widget=forms.Textarea(attrs={"rows": 4})
    )


class MinuteForm(forms.Form):
    """What a signed minute shows: who voted how, why the forum decided, on which sources."""

    reason = forms.CharField(
        label=_("Reason of the decision, as the minute states it"), widget=forms.Textarea
    )
    dissent = forms.CharField(
        label=_("Dissent"),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
        help_text=_("What members who did not agree had entered."),
    )
    principal = forms.ModelChoiceField(
        label=_("Signed by"),
        queryset=Post.objects.none(),
        help_text=_("This post is told, and may confirm or repudiate the decision."),
    )
    document = forms.FileField(
        label=_("The signed minute"), help_text=_("A PDF, a picture or a document, at most 20 MB.")
    )

    def __init__(self, *args: Any, motion: Motion, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.voters = list(
            motion.voters.filter(barred_because="", vote=None)
            .select_related("post__organisation")
            .order_by("-presides", "pk")
        )
        self.aside = list(
            motion.voters.exclude(barred_because="").select_related("post__organisation")
        )
        self._add_places()
        self._add_sources()
        self._add_principal()

    def _add_places(self) -> None:
        choices = [("", _("Absent or no vote")), *Vote.Choice.choices]
        for voter in self.voters:
            self.fields[f"choice_{voter.post_id}"] = forms.ChoiceField(
                label=str(voter.post), choices=choices, required=False
            )
            self.fields[f"reason_{voter.post_id}"] = forms.CharField(
                label=_("Reason of %(post)s") % {"post": voter.post},
                max_length=2000,
                required=False,
            )

    def _add_sources(self) -> None:
        for number in range(1, SOURCES + 1):
            self.fields[f"source_{number}"] = forms.CharField(
                label=_("Source %(number)d") % {"number": number}, max_length=300, required=False
            )
            self.fields[f"dated_{number}"] = DayField(
                label=_("Date of source %(number)d") % {"number": number},
                required=False,
                widget=forms.DateInput,
            )

    def _add_principal(self) -> None:
        field = self.fields["principal"]
        field.queryset = Post.objects.filter(  # type: ignore[attr-defined]
            pk__in=[voter.post_id for voter in self.voters]
        ).select_related("organisation")
        field.initial = next((row.post_id for row in self.voters if row.presides), None)

    def rows(self) -> Iterator[tuple[Voter, Any, Any]]:
        """Each place with its two fields, for the table of votes."""
        for voter in self.voters:
            yield voter, self[f"choice_{voter.post_id}"], self[f"reason_{voter.post_id}"]

    def source_rows(self) -> Iterator[tuple[Any, Any]]:
        """Title and date of each source."""
        for number in range(1, SOURCES + 1):
            yield self[f"source_{number}"], self[f"dated_{number}"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for voter in self.voters:
            choice = cleaned.get(f"choice_{voter.post_id}")
            reason = cleaned.get(f"reason_{voter.post_id}", "")
            if choice and choice != Vote.Choice.ABSTAIN and not reason.strip():
                self.add_error(f"reason_{voter.post_id}", _("Give the reason of this vote."))
        for number in range(1, SOURCES + 1):
            title, dated = cleaned.get(f"source_{number}"), cleaned.get(f"dated_{number}")
            if title and not dated:
                self.add_error(f"dated_{number}", _("Give the date of this source."))
            if dated and not title:
                self.add_error(f"source_{number}", _("Name this source."))
        if not any(cleaned.get(f"choice_{voter.post_id}") for voter in self.voters):
            self.add_error(None, _("Enter the votes that the minute shows."))
        return cleaned

    def minuted(self) -> list[MinutedVote]:
        """The votes that were entered."""
        found = []
        for voter in self.voters:
            choice = self.cleaned_data[f"choice_{voter.post_id}"]
            if choice:
                reason = self.cleaned_data[f"reason_{voter.post_id}"]
                found.append(MinutedVote(voter.post_id, choice, reason))
        return found

    def sources(self) -> list[tuple[str, datetime.date]]:
        """The dated sources that were entered."""
        data = self.cleaned_data
        return [
            (data[f"source_{number}"], data[f"dated_{number}"])
            for number in range(1, SOURCES + 1)
            if data[f"source_{number}"]
        ]
