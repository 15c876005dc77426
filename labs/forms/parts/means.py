"""Forms of goals and initiatives: what for, and by which means."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.forms.parts.base import PartForm, choice_field, date_field, description_field
from labs.models import ReferenceItem
from labs.models.content import Intervention, Pathway, Scope
from labs.models.reference import List
from labs.rules.plans import PlanContent
from labs.rules.revisions import GOAL, INITIATIVE
from people.models import Post

OPEN = _("not said yet")


class GoalForm(PartForm):
    """What for."""

    part = GOAL
    title = forms.CharField(
        label=_("Goal"), max_length=300, help_text=_("What is to be reached, in one sentence.")
    )
    description = description_field()


class InitiativeForm(PartForm):
    """By which means."""

    part = INITIATIVE
    parent_field = "goal_key"
    title = forms.CharField(label=_("Initiative"), max_length=300)
    goal_key = forms.ChoiceField(label=_("Goal"))
    description = description_field()
    lead = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Lead"),
        required=False,
        help_text=_("The post that leads it."),
    )
    starts_on = date_field(_("Starts"))
    finishes_on = date_field(_("Finishes"))
    expires_on = date_field(_("Expires"), _("When it ends by itself unless it is renewed."))
    wind_down_until = date_field(
        _("Wound down by"), _("The last day on which what was begun may still be finished.")
    )
    budget = forms.CharField(
        label=_("Budget"),
        required=False,
        max_length=40,
        help_text=_(
            "In the programme's currency, digits only: 1250000 or 1250000.50. Its budget lines"
            " in that currency must not come to more."
        ),
    )
    scope = choice_field(
        _("Scope"),
        Scope.choices,
        OPEN,
        _("Horizontal: for all sectors. Vertical: for one. Value chain: for one chain."),
    )
    intervention = choice_field(
        _("Type"),
        Intervention.choices,
        OPEN,
        _(
            "Public input: the state provides something. Market intervention: it changes what"
            " firms earn or pay."
        ),
    )
    pathway = choice_field(_("Pathway"), Pathway.choices, OPEN)
    instrument = forms.ModelChoiceField(
        ReferenceItem.objects.none(), label=_("Instrument"), required=False
    )
    target_group = forms.ModelChoiceField(
        ReferenceItem.objects.none(), label=_("Target group"), required=False
    )

    def choose(self, content: PlanContent, key: uuid.UUID | None) -> None:
        goals: Any = self.fields["goal_key"]
        goals.choices = [(str(goal.key), goal.title) for goal in content.goals.values()]
        self.post_choices("lead")
        self.item_choices("instrument", List.INSTRUMENT)
        self.item_choices("target_group", List.TARGET_GROUP)
