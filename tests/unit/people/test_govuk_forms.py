"""The markup of forms: what a screen reader is told about each control."""

from __future__ import annotations

import datetime

import pytest
from django import forms
from django.template import engines
from django.utils import translation
from django.utils.translation import gettext_lazy as _


class ReadingForm(forms.Form):
    value = forms.DecimalField(label="Value", help_text="Up to 15 digits")
    source = forms.CharField(label="Source", required=False)
    seen_on = forms.DateField(label="Seen on")
    cause = forms.ChoiceField(
        label="Cause", choices=[("means", "Means"), ("goal", "Goal")], widget=forms.RadioSelect
    )
    layers = forms.MultipleChoiceField(
        label="Layers", choices=[("plan", "Plan")], widget=forms.CheckboxSelectMultiple
    )
    minute = forms.FileField(label="Minute", required=False)
    key = forms.CharField(widget=forms.HiddenInput, required=False)


def render(form: forms.Form, **context: object) -> str:
    template = engines["django"].from_string('{% include "components/form.html" %}')
    return template.render({"form": form, "csrf_token": "token", **context})


def field(form: forms.Form, name: str) -> str:
    template = engines["django"].from_string("{% load makmal %}{% govuk_field form." + name + " %}")
    return template.render({"form": form})


def test_form_with_a_file_is_multipart() -> None:
    assert 'enctype="multipart/form-data"' in render(ReadingForm())


def test_form_that_gets_carries_no_token() -> None:
    assert "csrfmiddlewaretoken" in render(ReadingForm())
    assert "csrfmiddlewaretoken" not in render(ReadingForm(), method="get")


def test_control_is_described_by_its_hint_and_error() -> None:
    html = field(ReadingForm({}), "value")

    assert 'aria-describedby="id_value_hint id_value_problem"' in html
    assert 'id="id_value_hint"' in html
    assert 'id="id_value_problem"' in html
    assert 'aria-invalid="true"' in html


def test_unbound_form_shows_no_errors() -> None:
    html = render(ReadingForm())

    assert "There is a problem" not in html
    assert "aria-invalid" not in html


@pytest.mark.parametrize(
    ("line", "anchor"),
    [("Value", "#id_value"), ("Cause", "#id_cause_0"), ("Layers", "#id_layers_0")],
)
def test_summary_leads_to_an_element_that_exists(line: str, anchor: str) -> None:
    html = render(ReadingForm({}))

    assert f'<a href="{anchor}">{line}: ' in html
    assert f'id="{anchor[1:]}"' in html


def test_errors_of_the_form_as_a_whole_come_first() -> None:
    form = ReadingForm({})
    form.add_error(None, "The period is closed.")

    html = render(form)

    assert html.index("The period is closed.") < html.index("Value: ")


def test_group_has_a_legend_and_its_choices_have_labels() -> None:
    html = field(ReadingForm(), "layers")

    assert "<legend" in html
    assert 'type="checkbox"' in html
    assert 'for="id_layers_0"' in html


def test_optional_field_says_so() -> None:
    assert "(optional)" in field(ReadingForm(), "source")
    assert "(optional)" not in field(ReadingForm(), "value")


@pytest.mark.parametrize("language", ["en", "es", "ms", "pt"])
def test_date_goes_to_the_native_picker_as_iso(language: str) -> None:
    with translation.override(language):
        html = field(ReadingForm(initial={"seen_on": datetime.date(2019, 4, 3)}), "seen_on")
        sent = ReadingForm({"seen_on": "2019-04-03"})
        sent.full_clean()

    assert 'type="date"' in html
    assert 'value="2019-04-03"' in html
    assert sent.cleaned_data["seen_on"] == datetime.date(2019, 4, 3)


def test_what_people_type_is_escaped() -> None:
    html = field(ReadingForm({"source": "<script>alert(1)</script>"}), "source")

    assert "<script>" not in html


def test_prefixed_forms_on_one_page_share_no_ids() -> None:
    first, second = field(ReadingForm(prefix="a"), "value"), field(ReadingForm(prefix="b"), "value")

    assert 'id="id_a-value"' in first
    assert 'id="id_b-value"' in second


class WordsForm(forms.Form):
    """Choices in our words (they wait for a language), and in those of people."""

    ours = forms.ChoiceField(
        choices=[("means", _("means")), (_("A group"), [("goal", _("goal"))])], required=False
    )
    marked = forms.ChoiceField(choices=[("data", _("data"))], widget=forms.RadioSelect)
    theirs = forms.ChoiceField(choices=[("1", "eGovernment")])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("ours", '<option value="means">Means</option>'),
        ("ours", '<option value="goal">Goal</option>'),
        ("marked", 'for="id_marked_0">Data</label>'),
        ("theirs", '<option value="1">eGovernment</option>'),
    ],
)
def test_choices_in_our_words_begin_like_labels(name: str, shown: str) -> None:
    assert shown in field(WordsForm(), name)


def test_filters_are_not_called_optional() -> None:
    template = engines["django"].from_string(
        "{% load makmal %}{% govuk_field form.source in_filter=True %}"
    )
    assert "(optional)" in field(ReadingForm(), "source")
    assert "(optional)" not in template.render({"form": ReadingForm()})
