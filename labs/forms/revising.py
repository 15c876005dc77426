"""Reasons for a selection of changes, what is to stand where two clash, and limits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from labs.models import Limit, ReferenceItem
from labs.rules import parts
from labs.rules.parts import Kind
from labs.rules.revisions import TARGET
from labs.selectors.conflicts import Reading, Shown
from labs.selectors.content import MODELS
from labs.services.revisions.conflicts import MINE, OTHER, THEIRS, Choice
from people.models import Organisation, Post


class GiveReasonForm(forms.Form):
    """One reason for the changes that are ticked, or for all that have none."""

    changes = forms.MultipleChoiceField(
        label=_("Changes"), required=False, widget=forms.CheckboxSelectMultiple
    )
    every = forms.BooleanField(label=_("All changes without a reason"), required=False)
    reason = forms.CharField(
        label=_("Why they change"),
        help_text=_("Readers see this beside each of the changes."),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=5000,
    )

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["changes"]
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("every") and not cleaned.get("changes") and "changes" not in self.errors:
            self.add_error("changes", _("Choose the changes that have this reason."))
        return cleaned

    def chosen(self) -> list[int] | None:
        """The ids of the changes; None: all that have no reason."""
        if self.cleaned_data["every"]:
            return None
        return [int(pk) for ids in self.cleaned_data["changes"] for pk in ids.split(",")]


TAKES = [
    (MINE, _("Keep what this draft says")),
    (THEIRS, _("Take what is in force")),
    (OTHER, _("Another value")),
]


class ConflictsForm(forms.Form):
    """For every clash: what is to stand, and why. ``seen`` is what was in force when shown."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, reading: Reading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading = reading
        for each in reading.clashes:
            self._add(each)

    def _add(self, each: Shown) -> None:
        possible = {MINE: each.can_keep, THEIRS: True, OTHER: each.can_be_other}
        takes = [(take, label) for take, label in TAKES if possible[take]]
        self.fields[f"change_{each.pk}"] = forms.ChoiceField(
            label=_("What is to stand?"), choices=takes, widget=forms.RadioSelect
        )
        if each.can_be_other:
            self.fields[f"value_{each.pk}"] = self._value(each)
        self.fields[f"reason_{each.pk}"] = forms.CharField(
            label=_("Why"),
            required=False,
            initial=each.change.reason,
            widget=forms.Textarea(attrs={"rows": 2}),
            max_length=5000,
        )

    def _value(self, each: Shown) -> forms.Field:
        """The field for a third value, as its kind asks."""
        given: dict[str, Any] = {"label": _("The other value"), "required": False}
        rule = _rule(each)
        if rule is None:
            return forms.CharField(**given, max_length=40)
        if rule.kind in _ROWS:
            return forms.ModelChoiceField(_ROWS[rule.kind](rule), **given)
        if rule.kind is Kind.CHOICE:
            column: Any = MODELS[each.change.part]._meta.get_field(each.change.field)
            return forms.ChoiceField(choices=column.choices, **given)
        if rule.kind in (Kind.KEY, Kind.KEYS):
            titles = [
                (str(key), str(fields.get("title", "")))
                for (part, key), fields in self.reading.draft.items()
                if part == rule.part and key != each.change.key
            ]
            if rule.kind is Kind.KEYS:
                return forms.MultipleChoiceField(choices=titles, **given)
            return forms.ChoiceField(choices=[("", "–"), *titles], **given)
        if rule.kind is Kind.DATE:
            given["help_text"] = _("Year, month and day: 2019-04-15")
        area = forms.Textarea(attrs={"rows": 2}) if rule.kind is Kind.TEXT else forms.TextInput()
        return forms.CharField(**given, widget=area, max_length=20_000)

    def rows(self) -> list[tuple[Shown, list[forms.BoundField]]]:
        """Each clash with its fields."""
        return [
            (
                each,
                [
                    self[f"{name}_{each.pk}"]
                    for name in ("change", "value", "reason")
                    if f"{name}_{each.pk}" in self.fields
                ],
            )
            for each in self.reading.clashes
        ]

    def choices(self) -> Mapping[int, Choice]:
        """What was chosen, by the id of the change."""
        data = self.cleaned_data
        return {
            each.pk: Choice(
                take=data[f"change_{each.pk}"],
                value=_plain(data.get(f"value_{each.pk}")),
                reason=data[f"reason_{each.pk}"],
            )
            for each in self.reading.clashes
        }


def _plain(value: Any) -> Any:
    """A row as its id in text; anything else as it is."""
    return str(value.pk) if isinstance(value, Model) else value


def _rule(each: Shown) -> parts.Field | None:
    """What the field of a part may hold; None for a target."""
    if each.change.part == TARGET:
        return None
    rules = parts.SCHEMA[each.change.part]
    return next(rule for rule in rules if rule.name == each.change.field)


_ROWS: dict[Kind, Callable[[parts.Field], QuerySet[Any]]] = {
    Kind.POST: lambda _rule: Post.objects.filter(abolished_on=None).select_related("organisation"),
    Kind.ORGANISATION: lambda _rule: Organisation.objects.filter(succeeded_on=None),
    Kind.ITEM: lambda rule: ReferenceItem.objects.filter(list=rule.list, retired_at=None),
}


class LimitForm(forms.Form):
    """Over how much a change goes to which forum."""

    kind = forms.ChoiceField(label=_("What changes"), choices=Limit.Kind, widget=forms.RadioSelect)
    over = forms.DecimalField(
        label=_("Over"),
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=2,
        help_text=_("Per cent or days. Leave empty for goals: every change of one counts."),
    )
    decides = forms.ModelChoiceField(Forum.objects.none(), label=_("Who decides"))

    def __init__(self, *args: Any, ladder: list[Forum], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["decides"]
        field.queryset = Forum.objects.filter(pk__in=[forum.pk for forum in ladder])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        goal = cleaned.get("kind") == Limit.Kind.GOAL
        if not goal and cleaned.get("over") is None and "over" not in self.errors:
            self.add_error("over", _("Write over how many per cent or days."))
        cleaned["over"] = cleaned.get("over") or Decimal(0)
        return cleaned
