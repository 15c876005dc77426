"""Forms of a review: explaining it, and proposing how it ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import Mode
from labs.models import Revision
from people.models import Post
from reviews.models.reviews import Cause, Outcome


class ExplainForm(forms.Form):
    """What the owner says is at fault."""

    cause = forms.ChoiceField(
        label=_("What is at fault?"),
        choices=Cause.choices,
        widget=forms.RadioSelect,
        help_text=_("The means: the way it is done. The goal: what was asked for."),
    )
    text = forms.CharField(label=_("What happened, and why?"), widget=forms.Textarea)
    tried = forms.CharField(label=_("What have you tried?"), widget=forms.Textarea, required=False)
    proposed = forms.CharField(
        label=_("What do you propose?"), widget=forms.Textarea, required=False
    )


class MotionForm(forms.Form):
    """How the forum is to decide, and until when."""

    mode = forms.ChoiceField(label=_("Who decides?"), choices=Mode.choices, initial=Mode.CHAIR)
    closes_at = forms.DateTimeField(
        label=_("Closing time"),
        required=False,
        widget=forms.DateTimeInput,
        help_text=_("Needed for a written procedure. Who has not voted by then is not counted."),
    )


class ProposeForm(MotionForm):
    """How the review is to end. What each outcome needs is checked by the service."""

    cause = forms.ChoiceField(
        label=_("What is at fault?"), choices=Cause.choices, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(
        label=_("What is to be done?"), choices=Outcome.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Reason"), widget=forms.Textarea)
    revision = forms.ModelChoiceField(
        label=_("Draft of the plan"),
        queryset=Revision.objects.none(),
        required=False,
        help_text=_("For a change of goal or of execution: the draft that says what changes."),
    )
    action_title = forms.CharField(
        label=_("Action: what is to be done"),
        max_length=300,
        required=False,
        help_text=_("For corrective action."),
    )
    action_owner = forms.ModelChoiceField(
        label=_("Action: who answers for it"), queryset=Post.objects.none(), required=False
    )
    action_due = forms.DateField(label=_("Action: due"), required=False, widget=forms.DateInput)
    look_again_on = forms.DateField(
        label=_("Look again on"),
        required=False,
        widget=forms.DateInput,
        help_text=_("For no action: the day on which the forum looks at this again."),
    )

    field_order = [
        "cause",
        "outcome",
        "reason",
        "revision",
        "action_title",
        "action_owner",
        "action_due",
        "look_again_on",
        "mode",
        "closes_at",
    ]

    def __init__(self, *args: Any, drafts: list[Revision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        revision = self.fields["revision"]
        revision.queryset = Revision.objects.filter(pk__in=[row.pk for row in drafts])
        revision.label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        posts = Post.objects.filter(abolished_on=None).select_related("organisation")
        self.fields["action_owner"].queryset = posts  # type: ignore[attr-defined]


class SubmitForm(MotionForm):
    """Putting a plan to the steering committee."""

    reason = forms.CharField(
        label=_("Why should it come into force?"), widget=forms.Textarea, required=False
    )
    field_order = ["reason", "mode", "closes_at"]
