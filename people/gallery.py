"""A page that shows every component, for those who build pages: /components/.

For developers, so its samples are not translated.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.generic import FormView

from people.selectors import people
from people.templatetags.statuses import LOOKS


class SampleForm(forms.Form):
    """One field of each kind."""

    value = forms.DecimalField(
        label="Value", help_text="Up to 15 digits, 10 of them after the point."
    )
    source = forms.CharField(label="Source", max_length=200, required=False)
    observed_on = forms.DateField(label="Observed on")
    organisation = forms.ChoiceField(
        label="Organisation", choices=[("moh", "Health"), ("mof", "Finance")]
    )
    cause = forms.ChoiceField(
        label="Cause",
        choices=[("means", "Means"), ("goal", "Goal"), ("data", "Data")],
        widget=forms.RadioSelect,
    )
    layers = forms.MultipleChoiceField(
        label="Layers",
        choices=[("plan", "Plan"), ("forum", "Forum")],
        widget=forms.CheckboxSelectMultiple,
        help_text="All that apply.",
    )
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 4}))
    minute = forms.FileField(label="Signed minute", required=False)
    urgent = forms.BooleanField(label="Urgent", required=False)


class Gallery(FormView):
    """Every component with sample data; open while debugging and to the delivery unit."""

    template_name = "components/gallery.html"
    form_class = SampleForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (settings.DEBUG or people.is_delivery_unit(request.user)):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def form_valid(self, form: SampleForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = datetime.datetime(2019, 4, 15, 9, 30, tzinfo=datetime.UTC)
        return super().get_context_data(
            **kwargs,
            statuses=list(LOOKS),
            now=now,
            due_soon=datetime.date(2019, 4, 18),
            due_past=datetime.date(2019, 4, 3),
            number_long=Decimal("1234567.5000000000"),
            quarter=(datetime.date(2012, 1, 1), datetime.date(2012, 3, 31)),
            part=(datetime.date(2010, 1, 1), datetime.date(2010, 8, 31)),
            head=["Trust", "Seen in four hours", "Status"],
            rows=[["Airedale", "93.1%", "At risk"], ["Barts Health", "86.0%", "Off track"]],
            figures=[
                {"label": "KPIs", "value": "164"},
                {"label": "Off track", "value": "17", "url": "#tables"},
            ],
            entries=[
                {
                    "at": now,
                    "title": "Bumped up to tier 2",
                    "status": "open",
                    "who": "Aminah binti Yusof",
                    "post": "Director, Planning",
                    "text": "No agreement on who pays for the beds.",
                    "illustrative": True,
                },
                {
                    "at": now - datetime.timedelta(days=9),
                    "title": "Dispute opened",
                    "who": "Lim Wei",
                    "post": "Secretary",
                    "on_behalf_of": "Chair, Working Committee",
                },
            ],
        )
