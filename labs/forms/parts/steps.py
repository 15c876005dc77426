"""Forms of milestones and of what they need of other organisations."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.forms.parts.base import MANY, PartForm, choice_field, date_field
from labs.models.content import Purpose
from labs.rules.plans import PlanContent
from labs.rules.revisions import DEPENDENCY, MILESTONE
from labs.selectors import steps
from people.models import Organisation, Post


def search_field() -> forms.CharField:
    return forms.CharField(
        label=_("Find steps of other plans"),
        required=False,
        max_length=100,
        help_text=_(
            "Write words of the step's title and press “Find steps”. Those found are then"
            " offered above; nothing is saved by looking."
        ),
    )


class MilestoneForm(PartForm):
    """A step, with one post that answers for it."""

    part = MILESTONE
    parent_field = "initiative_key"
    searches = True
    title = forms.CharField(label=_("Milestone"), max_length=300)
    initiative_key = forms.ChoiceField(label=_("Initiative"))
    owner = forms.ModelChoiceField(
        Post.objects.none(),
        label=_("Owner"),
        required=False,
        help_text=_("The one post that answers for it. It must be named before the plan is put."),
    )
    starts_on = date_field(_("Starts"))
    finishes_on = date_field(_("Finishes"))
    budget_line_key = forms.ChoiceField(
        label=_("Budget line"), required=False, help_text=_("What pays for it.")
    )
    purpose = choice_field(_("What it is for"), Purpose.choices, _("a step like any other"))
    depends_on = forms.MultipleChoiceField(
        label=_("Comes after"),
        required=False,
        help_text=_("The milestones that must be done first."),
    )
    other_steps = forms.MultipleChoiceField(
        label=_("Comes after these steps of other plans"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    search = search_field()

    def choose(self, content: PlanContent, key: uuid.UUID | None) -> None:
        initiatives: Any = self.fields["initiative_key"]
        initiatives.choices = [(str(each.key), each.title) for each in content.initiatives.values()]
        self._own_steps(content, key)
        self._other_steps(content)
        self._budget_lines(content)
        self.post_choices("owner")

    def _own_steps(self, content: PlanContent, key: uuid.UUID | None) -> None:
        own: Any = self.fields["depends_on"]
        choices = [
            (str(each.key), each.title) for each in content.milestones.values() if each.key != key
        ]
        if not choices:
            del self.fields["depends_on"]
            return
        wide = forms.SelectMultiple(attrs={"size": 10})
        own.widget = wide if len(choices) > MANY else forms.CheckboxSelectMultiple()
        own.choices = choices

    def _other_steps(self, content: PlanContent) -> None:
        """What is chosen already, what the form chose, and what was found just now."""
        own = {str(key) for key in content.milestones}
        before = [each for each in self.current["depends_on"] or [] if each not in own]
        place = (self.place.plan, self.place.user, self.place.on)
        typed: Any = self.typed
        chosen = typed.getlist("other_steps") if typed else []
        query = typed.get("search", "") if typed else ""
        choices = dict(steps.kept(self.place.plan, before))
        choices |= dict(steps.chosen(*place, chosen)) | dict(steps.found(*place, query))
        field: Any = self.fields["other_steps"]
        field.choices = list(choices.items())
        self.initial["other_steps"] = before
        if not choices:
            del self.fields["other_steps"]
            if query:
                self.fields["search"].help_text = _("No step is called so. Try other words.")

    def _budget_lines(self, content: PlanContent) -> None:
        field: Any = self.fields["budget_line_key"]
        field.choices = [
            ("", _("none")),
            *(
                (str(line.key), f"{line.title}, {line.year}, {line.currency}")
                for line in content.budget_lines.values()
            ),
        ]
        if len(field.choices) == 1:
            del self.fields["budget_line_key"]

    def raw(self) -> dict[str, Any]:
        """Steps of this plan and of others together are what it waits for."""
        raw = super().raw()
        others = self.cleaned_data.get("other_steps") or []
        raw["depends_on"] = sorted([*(raw["depends_on"] or []), *others]) or None
        return raw

    def show_newest(self) -> None:
        """Here what it waits for is shown in two lists."""
        untouched = self.raw()["depends_on"] == (self.began_with() or {}).get("depends_on")
        super().show_newest()
        if untouched:
            data: Any = self.data
            own = dict(getattr(self.fields.get("depends_on"), "choices", []))
            others = [key for key in self.current["depends_on"] or [] if key not in own]
            data.setlist("other_steps", others)


class DependencyForm(PartForm):
    """What a step needs of another organisation, and by when."""

    part = DEPENDENCY
    parent_field = "milestone_key"
    searches = True
    title = forms.CharField(
        label=_("What is needed"),
        max_length=300,
        help_text=_("A road, a training course, a permit."),
    )
    milestone_key = forms.ChoiceField(label=_("For the milestone"))
    provider = forms.ModelChoiceField(
        Organisation.objects.none(),
        label=_("Who is asked"),
        help_text=_("They see the request on their own page, and accept or refuse it there."),
    )
    due_on = date_field(_("Needed by"), required=True)
    step_key = forms.ChoiceField(
        label=_("Step that delivers it"),
        required=False,
        help_text=_("If they have planned one already. They can name it themselves, too."),
    )
    search = search_field()

    def choose(self, content: PlanContent, key: uuid.UUID | None) -> None:
        for_steps: Any = self.fields["milestone_key"]
        own = {str(each.key): each.title for each in content.milestones.values()}
        for_steps.choices = list(own.items())
        self.organisation_choices("provider")
        typed: Any = self.typed
        query = (typed.get("search", "") if typed else "").strip()
        named = [
            each for each in (self.current["step_key"], typed and typed.get("step_key")) if each
        ]
        place = (self.place.plan, self.place.user, self.place.on)
        offered = {each: own[each] for each in named if each in own}
        offered |= dict(steps.kept(self.place.plan, [self.current["step_key"] or ""]))
        offered |= dict(steps.chosen(*place, named))
        if query:
            words = query.casefold().split()
            near = [each for each in own.items() if all(w in each[1].casefold() for w in words)]
            offered |= dict(near[: steps.FOUND]) | dict(steps.found(*place, query))
        field: Any = self.fields["step_key"]
        field.choices = [("", _("none yet")), *offered.items()]
        self.fields["search"].label = _("Find steps of this plan and of others")
        if query and not offered:
            self.fields["search"].help_text = _("No step is called so. Try other words.")
