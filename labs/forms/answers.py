"""The three tests and the checklist of one initiative on one form."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from labs.models import Answer, Question
from labs.models.questions import ASKED
from labs.rules.plans import AnswerContent
from labs.rules.quadrants import TESTS
from labs.services.revisions.answers import FIELDS, Given

VERDICTS = [
    *((value, capfirst(label)) for value, label in Answer.Verdict.choices),
    ("", _("No answer yet")),
]


@dataclass(frozen=True)
class Group:
    """The fields of one question."""

    question: str
    label: str
    is_test: bool
    fields: list[BoundField]


class AnswersForm(forms.Form):
    """Per question a verdict, its reason and why it goes ahead all the same."""

    started = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        asked: tuple[str, ...],
        answers: Mapping[str, AnswerContent],
        ask_reason: bool = False,
    ) -> None:
        self.asked = asked
        self.now = {
            question: Given(each.verdict, each.title, each.override)
            for question, each in answers.items()
        }
        super().__init__(data, initial={"started": self._told()})
        for question in asked:
            self._add(question, self.now.get(question, Given()))
        if ask_reason:
            self.fields["reason"] = forms.CharField(
                label=_("Why it changes"),
                help_text=_("The plan is in force. One reason serves all answers changed here."),
                widget=forms.Textarea(attrs={"rows": 3}),
                max_length=5000,
                required=False,
            )

    def _add(self, question: str, now: Given) -> None:
        self.fields[f"{question}-verdict"] = forms.ChoiceField(
            label=str(ASKED[question]),
            choices=VERDICTS,
            initial=now.verdict,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields[f"{question}-title"] = forms.CharField(
            label=_("Reason"),
            initial=now.title,
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )
        self.fields[f"{question}-override"] = forms.CharField(
            label=_("Why it goes ahead all the same"),
            help_text=_("Only where the answer is no, or not known."),
            initial=now.override,
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 2}),
        )

    def groups(self) -> Iterator[Group]:
        """The questions in their order, the three tests first."""
        for question in self.asked:
            yield Group(
                question,
                capfirst(str(Question(question).label)),
                question in TESTS,
                [self[f"{question}-{name}"] for name in FIELDS],
            )

    def given(self) -> dict[str, Given]:
        """What was answered, by question."""
        return {
            question: Given(*(self.cleaned_data.get(f"{question}-{name}") or "" for name in FIELDS))
            for question in self.asked
        }

    def began_with(self) -> dict[str, Given]:
        """The answers the writer saw when they began."""
        try:
            began = json.loads(self.cleaned_data.get("started") or "{}")
            return {
                question: Given(*(str(fields[name]) for name in FIELDS))
                for question, fields in began.items()
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            return {}

    def show_newest(self) -> None:
        """After a clash: untouched answers show what others wrote; what was typed stays."""
        began, typed = self.began_with(), self.given()
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        for question in self.asked:
            if typed[question] == began.get(question, Given()):
                now = asdict(self.now.get(question, Given()))
                for name in FIELDS:
                    data[f"{question}-{name}"] = now[name]
        data["started"] = self._told()
        self.data = data

    def _told(self) -> str:
        return json.dumps({question: asdict(each) for question, each in self.now.items()})
