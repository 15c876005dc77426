"""Forms of a review: explaining it, and proposing how it ends."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from forums.models import Action, Mode
from labs.models import Revision
from ledger.forms import DayField
from people.models import Post
from reviews.models.reviews import Cause, Outcome

CAUSES = {
    Cause.MEANS: _("The means: what is done does not lead there"),
    Cause.GOAL: _("The goal: what was asked for is wrong or out of reach"),
    Cause.COORDINATION: _("Coordination: those concerned do not act together"),
    Cause.INSTITUTION: _("The institution: rules or capacity are missing"),
    Cause.EXTERNAL_POLICY: _("A policy elsewhere stands in the way"),
    Cause.DATA: _("The data: the value is wrong, or measures something else"),
}
OUTCOMES = {
    Outcome.CORRECTIVE_ACTION: _("Corrective action: the plan stands, somebody acts by a day"),
    Outcome.CHANGE_EXECUTION: _("Change of execution: other means, by a revision of the plan"),
    Outcome.CHANGE_GOAL: _("Change of goal: another goal or target, by a revision of the plan"),
    Outcome.LAB: _("Mini-lab: those concerned work on it again for two weeks"),
    Outcome.SCALE: _("Scale: it works, do more of it"),
    Outcome.STOP: _("Stop: end it"),
    Outcome.NO_ACTION: _("No action now, and a day to look again"),
}
PRIORITIES = {
    Action.Priority.NORMAL: _("Normal: it ends when it is reported done with evidence"),
    Action.Priority.HIGH: _("High: it ends when somebody else has verified it"),
}
MODES = {
    Mode.CHAIR: _("The chair, after hearing members"),
    Mode.MAJORITY: _("The majority"),
    Mode.UNANIMITY: _("All who are free to vote"),
    Mode.WRITTEN: _("Written procedure: by a closing time"),
}


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), **more)


class MotionForm(forms.Form):
    """How the forum is to decide, and until when."""

    mode = forms.ChoiceField(label=_("Who decides?"), choices=MODES.items, initial=Mode.CHAIR)
    closes_at = forms.DateTimeField(
        label=_("Closing time"),
        required=False,
        widget=forms.DateTimeInput,
        help_text=_("Needed for a written procedure. Who has not voted by then is not counted."),
    )


class ProposeForm(MotionForm):
    """How the review is to end. What each outcome needs is checked by the service."""

    cause = forms.ChoiceField(
        label=_("What is at fault?"), choices=CAUSES.items, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(
        label=_("What is to be done?"), choices=OUTCOMES.items, widget=forms.RadioSelect
    )
    reason = _text(_("Reason"))
    revision = forms.ModelChoiceField(
        label=_("Draft of the plan"),
        queryset=Revision.objects.none(),
        required=False,
        help_text=_("For a change of goal or of execution: the draft that says what changes."),
    )
    reconvene = forms.BooleanField(
        label=_("Reconvene the lab that made the plan"),
        required=False,
        help_text=_("For “mini-lab or lab”: the whole lab again, with its seats; else a mini-lab."),
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
    action_due = DayField(label=_("Action: due"), required=False, widget=forms.DateInput)
    action_priority = forms.ChoiceField(
        label=_("Action: priority"),
        choices=PRIORITIES.items,
        initial=Action.Priority.NORMAL,
        widget=forms.RadioSelect,
        required=False,
    )
    action_verifier = forms.ModelChoiceField(
        label=_("Action: who verifies it"),
        queryset=Post.objects.none(),
        required=False,
        help_text=_("Needed for high priority: a post that the owner's holder does not hold."),
    )
    look_again_on = DayField(
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
        "reconvene",
        "action_title",
        "action_owner",
        "action_due",
        "action_priority",
        "action_verifier",
        "look_again_on",
        "mode",
        "closes_at",
    ]

    def __init__(self, *args: Any, drafts: list[Revision], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        revision: Any = self.fields["revision"]
        revision.queryset = Revision.objects.filter(pk__in=[row.pk for row in drafts])
        revision.label_from_instance = lambda row: row.title
        posts = Post.objects.filter(abolished_on=None).select_related("organisation")
        for name in ("action_owner", "action_verifier"):
            field: Any = self.fields[name]
            field.queryset = posts


class SubmitForm(MotionForm):
    """Putting a plan to the steering committee."""

    reason = _text(_("Why should it come into force?"), required=False)
    field_order = ["reason", "mode", "closes_at"]
