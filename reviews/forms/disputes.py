"""Forms of a dispute's pages. One form, one act."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from forums.models import Mode
from kpis.models import Kpi
from labs.models import Plan, Revision
from ledger.forms import DayField
from people.models import Organisation, Post
from reviews.models.disputes import About
from reviews.selectors.obstacles import Option

PROSE = forms.Textarea(attrs={"rows": 5})


class OpenForm(forms.Form):
    """Open a dispute about one subject between organisations.

    ``subject`` is "kpi:12", "plan:3" or "milestone:3:<key>".
    """

    title = forms.CharField(label=_("Title"), max_length=200)
    subject = forms.ChoiceField(label=_("What it is about"))
    about = forms.ChoiceField(
        label=_("What is in dispute"),
        choices=[(value, capfirst(label)) for value, label in About.choices],
        widget=forms.RadioSelect,
    )
    question = forms.CharField(
        label=_("The question in dispute"),
        widget=PROSE,
        help_text=_("One question the forum could answer."),
    )
    own = forms.ModelChoiceField(
        label=_("Your organisation"), queryset=Organisation.objects.none(), empty_label=None
    )
    parties = forms.ModelMultipleChoiceField(
        label=_("The other parties"),
        queryset=Organisation.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    is_distributional = forms.BooleanField(
        label=_("It is about who gains and who pays"),
        required=False,
        help_text=_(
            "It then begins in the conflict forum of the result area, away from the forum where"
            " the parties work together."
        ),
    )
    route_reason = forms.CharField(
        label=_("Who gains and who pays"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Needed only if you ticked the box above."),
    )

    def __init__(
        self,
        *args: Any,
        subjects: list[Any],
        own: list[Organisation],
        organisations: Any,
        on_behalf: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = [("", _("Choose one")), *subjects]  # type: ignore[attr-defined]
        self.fields["parties"].queryset = organisations  # type: ignore[attr-defined]
        if on_behalf:
            del self.fields["own"]
            self.fields["parties"].label = _("The parties")
        else:
            mine = Organisation.objects.filter(pk__in=[each.pk for each in own])
            self.fields["own"].queryset = mine  # type: ignore[attr-defined]
            self.fields["own"].initial = own[0].pk if own else None

    def organisations(self) -> list[Organisation]:
        """All parties, one's own first."""
        own = [self.cleaned_data["own"]] if "own" in self.cleaned_data else []
        return [*own, *self.cleaned_data["parties"]]

    def about_what(self) -> dict[str, Any]:
        """The subject as the service takes it; raises nothing, the choice was checked."""
        kind, _colon, rest = self.cleaned_data["subject"].partition(":")
        if kind == "kpi":
            return {"kpi": Kpi.objects.select_related("area__programme").get(pk=rest)}
        pk, _colon, key = rest.partition(":")
        plan = Plan.objects.select_related("lab__area__programme").get(pk=pk)
        return {"plan": plan, "milestone_key": UUID(key) if key else None}


class PositionForm(forms.Form):
    """A party's position in its own words."""

    text = forms.CharField(
        label=_("Your position"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("In your own words. It stays as it is; you can add to it later."),
    )


class SettlementForm(forms.Form):
    """Terms one party offers; an action and a draft follow once they take effect."""

    terms = forms.CharField(label=_("Terms you offer"), widget=PROSE)
    reason = forms.CharField(label=_("Why the others should accept them"), widget=PROSE)
    revision = forms.ModelChoiceField(
        label=_("A draft of the plan that would carry them out"),
        queryset=Revision.objects.none(),
        required=False,
        help_text=_("It comes into force only by the forum's approval."),
    )
    action_title = forms.CharField(
        label=_("An action that follows"),
        max_length=300,
        required=False,
        help_text=_("It is somebody's to do from the day the terms take effect."),
    )
    action_owner = forms.ModelChoiceField(
        label=_("Accountable post"), queryset=Post.objects.none(), required=False
    )
    action_due = DayField(label=_("Action due"), required=False, widget=forms.DateInput)

    def __init__(
        self, *args: Any, revisions: Any, owners: Any, may_act: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action_owner"].queryset = owners  # type: ignore[attr-defined]
        if not may_act:
            for name in ("action_title", "action_owner", "action_due"):
                del self.fields[name]
        if revisions.exists():
            self.fields["revision"].queryset = revisions  # type: ignore[attr-defined]
        else:
            del self.fields["revision"]


class AnswerForm(forms.Form):
    """Assent to a settlement, or decline it."""

    assents = forms.TypedChoiceField(
        label=_("Your answer"),
        choices=[("yes", _("We assent")), ("no", _("We decline"))],
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), widget=PROSE)


class BumpUpForm(forms.Form):
    """One step up, for a trigger that is open now."""

    trigger = forms.ChoiceField(label=_("Trigger"), widget=forms.RadioSelect)
    reason = forms.CharField(label=_("Reason"), widget=PROSE)

    def __init__(self, *args: Any, options: list[Option], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["trigger"].choices = [  # type: ignore[attr-defined]
            (option.trigger, capfirst(option.label)) for option in options if option.is_open
        ]


class AskForm(forms.Form):
    """Ask an organisation for information."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none()
    )
    question = forms.CharField(label=_("Question"), widget=PROSE)
    due_on = DayField(
        label=_("Answer due"),
        widget=forms.DateInput,
        help_text=_("Silence after this day is a ground to bump the dispute up."),
    )

    def __init__(self, *args: Any, organisations: Any, soonest: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]
        self.fields["due_on"].initial = soonest


class ReplyForm(forms.Form):
    """Give the information asked for, or refuse it with a reason."""

    how = forms.ChoiceField(
        label=_("Your reply"),
        choices=[("answer", _("We answer")), ("refuse", _("We refuse, for this reason"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(label=_("Answer or reason"), widget=PROSE)


class ReasonForm(forms.Form):
    """An act that needs a reason and nothing else."""

    reason = forms.CharField(label=_("Reason"), widget=PROSE)


class JoinForm(forms.Form):
    """A further party."""

    organisation = forms.ModelChoiceField(
        label=_("Organisation"), queryset=Organisation.objects.none()
    )

    def __init__(self, *args: Any, organisations: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]


class LiftForm(forms.Form):
    """Why the hold on the KPI should be lifted while the dispute goes on."""

    reason = forms.CharField(label=_("Why should it be lifted?"), widget=PROSE)
    mode = forms.ChoiceField(
        label=_("How it is decided"),
        choices=[(value, capfirst(label)) for value, label in Mode.choices],
    )
    closes_at = forms.DateTimeField(
        label=_("Closing time"),
        required=False,
        widget=forms.DateTimeInput,
        help_text=_("Needed for written procedure."),
    )


class RulingForm(forms.Form):
    """What the forum would rule."""

    text = forms.CharField(label=_("The ruling proposed"), widget=PROSE)
    reason = forms.CharField(label=_("Reason"), widget=PROSE)
    mode = forms.ChoiceField(
        label=_("How it is decided"),
        choices=[(value, capfirst(label)) for value, label in Mode.choices],
    )
    closes_at = forms.DateTimeField(
        label=_("Closing time"),
        required=False,
        widget=forms.DateTimeInput,
        help_text=_("Needed for written procedure."),
    )
    revision = forms.ModelChoiceField(
        label=_("A draft of the plan that would carry it out"),
        queryset=Revision.objects.none(),
        required=False,
    )
    action_title = forms.CharField(
        label=_("An action that follows"), max_length=300, required=False
    )
    action_owner = forms.ModelChoiceField(
        label=_("Accountable post"), queryset=Post.objects.none(), required=False
    )
    action_due = DayField(label=_("Action due"), required=False, widget=forms.DateInput)
    correction = forms.CharField(
        label=_("What is to be corrected in the data"),
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        help_text=_("Whoever answers for them is asked to, and it is tracked until it is done."),
    )
    correction_by = DayField(label=_("Corrected by"), required=False, widget=forms.DateInput)

    def __init__(self, *args: Any, revisions: Any, owners: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].queryset = revisions  # type: ignore[attr-defined]
        self.fields["action_owner"].queryset = owners  # type: ignore[attr-defined]
