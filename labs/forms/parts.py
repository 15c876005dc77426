"""One small form per part of a plan: goal, initiative, milestone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from labs.rules import parts
from labs.rules.plans import PlanContent
from labs.rules.revisions import GOAL, INITIATIVE, MILESTONE
from people.models import Post

MANY = 40  # above which a list to choose from is shorter than as many boxes


class PartForm(forms.Form):
    """A part's fields, each named as changes name it.

    ``started`` carries the values the editor began with, so that two people at the
    same part do not undo each other.
    """

    part = ""
    title = forms.CharField(label=_("Title"), max_length=300)
    started = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        content: PlanContent,
        on: date,
        key: uuid.UUID | None = None,
        current: Mapping[str, Any] | None = None,
        parent: uuid.UUID | None = None,
        ask_reason: bool = False,
        reason: str = "",
    ) -> None:
        self.current = {name: (current or {}).get(name) for name in parts.names_of(self.part)}
        initial: dict[str, Any] = {**self.current, "reason": reason}
        if key is not None:
            initial["started"] = json.dumps(self.current)
        elif parent is not None:
            initial[self.parent_field] = str(parent)
        super().__init__(data, initial=initial)
        self.is_new = key is None
        self.choose(content, key, on)
        if ask_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Why it changes"),
                help_text=_(
                    "The plan is in force. Readers see this beside the change. It can also be"
                    " given later, to several changes at once, before the draft is put."
                ),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=5000,
                required=False,
            )
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    parent_field = ""

    def choose(self, content: PlanContent, key: uuid.UUID | None, on: date) -> None:
        """Fill the lists to choose from."""

    def post_choices(self, name: str, on: date) -> None:
        """The posts there are, and the one that is named already."""
        alive = Q(abolished_on=None) | Q(abolished_on__gt=on)
        holder = self.current[name]
        named = Q(pk=int(holder)) if holder else Q(pk=None)
        field: Any = self.fields[name]
        field.queryset = Post.objects.filter(alive | named).select_related("organisation")

    def raw(self) -> dict[str, Any]:
        """The fields as the service takes them: text, None, or a list of keys."""
        return {name: _plain(self.cleaned_data.get(name)) for name in parts.names_of(self.part)}

    def reason(self) -> str:
        return str(self.cleaned_data.get("reason") or "")

    def began_with(self) -> dict[str, Any] | None:
        """The values the editor saw when they began; None for a new part."""
        if self.is_new:
            return None
        try:
            began = json.loads(self.cleaned_data.get("started") or "{}")
        except ValueError:
            return {}
        return began if isinstance(began, dict) else {}

    def show_newest(self) -> None:
        """After a clash: untouched fields show what others wrote; what was typed stays."""
        began, typed = self.began_with() or {}, self.raw()
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for name, value in self.current.items():
            if name in began and typed[name] == began[name]:
                if isinstance(value, list):
                    data.setlist(name, value)
                else:
                    data[name] = value or ""
        data["started"] = json.dumps(self.current)
        self.data = data


def _plain(value: Any) -> Any:
    if isinstance(value, Post):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(value) or None
    return str(value).replace("\r\n", "\n").strip() if value else None


def _date(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=False, widget=forms.DateInput()
    )


def _description() -> forms.CharField:
    return forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class GoalForm(PartForm):
    """What for."""

    part = GOAL
    title = forms.CharField(
        label=_("Goal"), max_length=300, help_text=_("What is to be reached, in one sentence.")
    )
    description = _description()


class InitiativeForm(PartForm):
    """By which means."""

    part = INITIATIVE
    parent_field = "goal_key"
    title = forms.CharField(label=_("Initiative"), max_length=300)
    goal_key = forms.ChoiceField(label=_("Goal"))
    description = _description()
    lead = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Lead"),
        required=False,
        help_text=_("The post that leads it."),
    )
    starts_on = _date(_("Starts"))
    finishes_on = _date(_("Finishes"))
    expires_on = _date(_("Expires"), _("When it ends by itself unless it is renewed."))
    budget = forms.CharField(
        label=_("Budget"),
        required=False,
        max_length=40,
        help_text=_("In the programme's currency, digits only: 1250000 or 1250000.50"),
    )

    def choose(self, content: PlanContent, key: uuid.UUID | None, on: date) -> None:
        goals: Any = self.fields["goal_key"]
        goals.choices = [(str(goal.key), goal.title) for goal in content.goals.values()]
        self.post_choices("lead", on)


class MilestoneForm(PartForm):
    """A step, with one post that answers for it."""

    part = MILESTONE
    parent_field = "initiative_key"
    title = forms.CharField(label=_("Milestone"), max_length=300)
    initiative_key = forms.ChoiceField(label=_("Initiative"))
    owner = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Owner"),
        required=False,
        help_text=_("The one post that answers for it. It must be named before the plan is put."),
    )
    starts_on = _date(_("Starts"))
    finishes_on = _date(_("Finishes"))
    depends_on = forms.MultipleChoiceField(
        label=_("Comes after"),
        required=False,
        help_text=_("The milestones that must be done first."),
    )

    def choose(self, content: PlanContent, key: uuid.UUID | None, on: date) -> None:
        initiatives: Any = self.fields["initiative_key"]
        initiatives.choices = [(str(each.key), each.title) for each in content.initiatives.values()]
        others: Any = self.fields["depends_on"]
        choices = [
            (str(each.key), each.title) for each in content.milestones.values() if each.key != key
        ]
        if not choices:
            del self.fields["depends_on"]
        else:
            wide = forms.SelectMultiple(attrs={"size": 10})
            others.widget = wide if len(choices) > MANY else forms.CheckboxSelectMultiple()
            others.choices = choices
        self.post_choices("owner", on)


FORMS: dict[str, type[PartForm]] = {
    GOAL: GoalForm,
    INITIATIVE: InitiativeForm,
    MILESTONE: MilestoneForm,
}


class ReasonForm(forms.Form):
    """Why something is taken out or given up."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
