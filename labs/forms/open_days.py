"""Open days, comments and their answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from labs.models import Lab, Revision
from labs.rules.plans import PlanContent
from labs.selectors.open_days import SHOWN
from ledger.forms import DayField


class OpenDayForm(forms.Form):
    revision = forms.ModelChoiceField(
        Revision.objects.none(),
        label=_("Draft that is shown"),
        empty_label=None,
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    announcement = forms.CharField(
        label=_("Announcement"),
        required=False,
        max_length=5000,
        help_text=_("What is shown, to whom, and what is asked of them."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    place = forms.CharField(label=_("Place"), max_length=200, required=False)
    opens_on = DayField(label=_("First day"))
    closes_on = DayField(label=_("Last day"), help_text=_("Comments are taken on this day too."))

    def __init__(self, *args: Any, lab: Lab, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        revision: Any = self.fields["revision"]
        revision.queryset = lab.plan.revisions.filter(state__in=SHOWN).order_by("-at", "-pk")
        revision.label_from_instance = lambda row: row.title


class CommentForm(forms.Form):
    """What a reader says; the delivery unit names who said it."""

    text = forms.CharField(
        label=_("Comment"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    part_key = forms.ChoiceField(label=_("On which part of the plan"), required=False)

    def __init__(
        self, *args: Any, content: PlanContent, ask_author: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        part: Any = self.fields["part_key"]
        named: list[Any] = [*content.goals.values(), *content.initiatives.values()]
        part.choices = [("", _("The plan as a whole"))] + [
            (str(each.key), each.title) for each in named
        ]
        if ask_author:
            self.fields["author"] = forms.CharField(
                label=_("Who said it"),
                max_length=200,
                required=False,
                help_text=_("If you enter it for somebody. Empty: it is your own comment."),
            )

    def part(self) -> UUID | None:
        """The key of the part that is meant; None for the whole plan."""
        given = self.cleaned_data.get("part_key")
        return UUID(given) if given else None


class AnswerForm(forms.Form):
    taken_up = forms.TypedChoiceField(
        label=_("Is it taken up?"),
        choices=[("yes", _("Yes, in the plan")), ("no", _("No"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Answer"),
        max_length=5000,
        help_text=_("What was taken up and where, or what stands against it. Readers see it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
