"""Forms of the pages of forums. What the rules refuse is shown on the form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forums.models import Forum, Vote
from people.models import Post


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
        ]
        help_texts = {
            "parent": _("Disputes go up there. Empty: nothing is above this forum."),
            "country": _("Two letters (MY), or with a part (MY-14). Empty: weekends only."),
            "quorum": _("How many must vote, of those free of interest."),
        }

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
