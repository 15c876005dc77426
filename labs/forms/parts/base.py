"""What the small forms of a plan's parts have in common."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.db.models import Model, Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from labs.models import Plan, ReferenceItem
from labs.rules import parts
from labs.rules.plans import PlanContent
from labs.selectors import reference
from people.models import Organisation, Post

MANY = 40  # above which a list to choose from is shorter than as many boxes


@dataclass(frozen=True)
class Place:
    """Where and for whom a form is: the plan, who writes, on which day."""

    plan: Plan
    user: Any
    on: date


class PartForm(forms.Form):
    """A part's fields, each named as changes name it.

    ``started`` carries the values the editor began with, so that two people at the
    same part do not undo each other.
    """

    part = ""
    parent_field = ""
    searches = False  # whether steps of other plans can be sought with it
    title = forms.CharField(label=_("Title"), max_length=300)
    started = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        content: PlanContent,
        place: Place,
        key: uuid.UUID | None = None,
        current: Mapping[str, Any] | None = None,
        parent: uuid.UUID | None = None,
        ask_reason: bool = False,
        reason: str = "",
        sought: QueryDict | None = None,
    ) -> None:
        self.place = place
        self.current = {name: (current or {}).get(name) for name in parts.names_of(self.part)}
        initial: dict[str, Any] = {**self.current, "reason": reason}
        if key is not None:
            initial["started"] = json.dumps(self.current)
        elif parent is not None:
            initial[self.parent_field] = str(parent)
        super().__init__(data, initial=initial)
        self.is_new = key is None
        self.typed = data or sought
        self.choose(content, key)
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
        if sought is not None:
            self._keep(sought)

    def choose(self, content: PlanContent, key: uuid.UUID | None) -> None:
        """Fill the lists to choose from."""

    def _keep(self, typed: QueryDict) -> None:
        """Show again what was typed, without judging it: the writer only looked something up."""
        for name, field in self.fields.items():
            value = field.widget.value_from_datadict(typed, {}, self.add_prefix(name))
            self.initial[name] = value

    def post_choices(self, name: str) -> None:
        """The posts there are, and the one that is named already."""
        alive = Q(abolished_on=None) | Q(abolished_on__gt=self.place.on)
        field: Any = self.fields[name]
        field.queryset = Post.objects.filter(alive | self.named(name)).select_related(
            "organisation"
        )

    def organisation_choices(self, name: str) -> None:
        """The organisations there are, and the one that is named already."""
        alive = Q(succeeded_on=None) | Q(succeeded_on__gt=self.place.on)
        field: Any = self.fields[name]
        field.queryset = Organisation.objects.filter(alive | self.named(name))

    def item_choices(self, name: str, of: str) -> None:
        """The entries of a reference list that are offered, and the one that is named already."""
        offered = reference.items(of, self.place.plan.lab.area.programme.country)
        field: Any = self.fields[name]
        field.queryset = ReferenceItem.objects.filter(
            Q(pk__in=offered.values("pk")) | self.named(name)
        )

    def named(self, name: str) -> Q:
        """What the part names now, be it abolished or retired since."""
        pk = self.current[name]
        return Q(pk=int(pk)) if pk else Q(pk=None)

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
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return sorted(value) or None
    return str(value).replace("\r\n", "\n").strip() if value else None


def date_field(label: Any, help_text: Any = "", required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=forms.DateInput()
    )


def choice_field(label: Any, choices: Any, nothing: Any, help_text: Any = "") -> forms.ChoiceField:
    """A choice that may be left open."""
    return forms.ChoiceField(
        label=label, choices=[("", nothing), *choices], help_text=help_text, required=False
    )


def description_field() -> forms.CharField:
    return forms.CharField(
        label=_("Description"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReasonForm(forms.Form):
    """Why something is taken out or given up."""

    reason = forms.CharField(
        label=_("Reason"), widget=forms.Textarea(attrs={"rows": 3}), max_length=5000
    )

    def __init__(self, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = required
