"""Obstacles and what answers them, money before a forum, bargains."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from forums.models import Forum
from kpis.models import Kpi
from labs.forms.registers import text_field
from labs.models import BargainRound, Lab, Obstacle, ReferenceItem, ResultArea
from people.models import Organisation
from reviews.forms.reviews import MotionForm
from reviews.selectors import answers

KINDS = {
    answers.STEP: _("a step of a plan"),
    answers.REQUEST: _("what a plan asks of another organisation"),
    answers.ACTION: _("an action that a forum decided"),
    answers.KPI: _("a KPI that watches it"),
    answers.REVIEW: _("a review that works on it"),
}


class ObstacleForm(forms.Form):
    """What is in the way, or missing."""

    title = forms.CharField(label=_("What is in the way"), max_length=200)
    text = text_field(_("What happens"), required=False)
    kind = forms.ModelChoiceField(ReferenceItem.objects.none(), label=_("Kind"), required=False)
    is_gap = forms.BooleanField(
        label=_("Something is missing: a link, a service, a supplier"), required=False
    )

    def __init__(self, *args: Any, kinds: QuerySet[ReferenceItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["kind"]
        field.queryset = kinds


class NameObstacleForm(ObstacleForm):
    """Who names it, and where it stands in the way."""

    named_by = forms.ChoiceField(
        label=_("Named by"), choices=Obstacle.NamedBy, widget=forms.RadioSelect
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.all(), label=_("Organisation that named it"), required=False
    )
    area = forms.ModelChoiceField(
        ResultArea.objects.none(),
        label=_("Result area"),
        required=False,
        help_text=_("Empty: the whole programme."),
    )
    lab = forms.ModelChoiceField(Lab.objects.none(), label=_("Lab"), required=False)

    def __init__(
        self, *args: Any, areas: QuerySet[ResultArea], labs: QuerySet[Lab], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["area"].queryset = areas
        fields["lab"].queryset = labs


class BecauseForm(forms.Form):
    """A change of state with its reason."""

    because = text_field(_("Why"))


class SearchForm(forms.Form):
    """Look for what answers an obstacle, by kind and words of its name."""

    kind = forms.ChoiceField(label=_("What answers it"), choices=KINDS.items)
    q = forms.CharField(label=_("Words of its name"), max_length=100, required=False)


class AnswerForm(forms.Form):
    """One of what was found."""

    what = forms.ChoiceField(label=_("Choose one"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, matches: list[answers.Match], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["what"]
        field.choices = [(each.value, f"{each.name} ({each.more})") for each in matches]


class PutAllocationForm(MotionForm):
    """Which forum decides, and how."""

    forum = forms.ModelChoiceField(Forum.objects.none(), label=_("Which forum decides"))
    reason = text_field(_("Reason"))
    field_order = ["forum", "reason", "mode", "closes_at"]

    def __init__(self, *args: Any, forums: list[Forum], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["forum"]
        field.queryset = Forum.objects.filter(pk__in=[each.pk for each in forums])


class BargainForm(forms.Form):
    """What is bargained over; a KPI with a period makes it about that target."""

    title = forms.CharField(
        label=_("What is bargained over"), max_length=200, help_text=_("Share of local content")
    )
    unit = forms.CharField(label=_("Unit"), max_length=40, required=False)
    kpi = forms.SlugField(
        label=_("Code of the KPI"),
        required=False,
        help_text=_("Where it is about the target of a KPI; its page shows the code."),
    )
    period = forms.CharField(
        label=_("Period of the target"),
        max_length=21,
        required=False,
        help_text=_("As the KPI counts: 2019, 2019-Q1 or 2019-03."),
    )

    def __init__(self, *args: Any, kpis: QuerySet[Kpi], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kpis = kpis

    def clean_kpi(self) -> Kpi | None:
        code = self.cleaned_data["kpi"]
        if not code:
            return None
        found = self.kpis.filter(code=code).first()
        if found is None:
            raise forms.ValidationError(_("The programme has no KPI of this code."))
        return found


class RoundForm(forms.Form):
    """What one side asked or offered."""

    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("Side"))
    kind = forms.ChoiceField(
        label=_("What it did"), choices=BargainRound.Kind, widget=forms.RadioSelect
    )
    value = forms.DecimalField(label=_("Value"), max_digits=20, decimal_places=6)
    note = text_field(_("Argument"), required=False)

    def __init__(self, *args: Any, sides: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["organisation"]
        field.queryset = sides


class AgreeForm(forms.Form):
    value = forms.DecimalField(label=_("Value agreed on"), max_digits=20, decimal_places=6)
    because = text_field(_("What was agreed besides"), required=False)
