"""Django forms in GOV.UK markup: label, hint, error and control, tied together for screen readers."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import (
    BaseForm,
    BoundField,
    CheckboxInput,
    CheckboxSelectMultiple,
    ClearableFileInput,
    DateInput,
    DateTimeInput,
    FileInput,
    ModelChoiceField,
    MultiWidget,
    PasswordInput,
    RadioSelect,
    Select,
    Textarea,
)
from django.forms.boundfield import BoundWidget
from django.forms.widgets import ChoiceWidget
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import capfirst

register = template.Library()

KINDS: list[tuple[type, str]] = [
    (CheckboxSelectMultiple, "checkboxes"),  # before its base class RadioSelect
    (RadioSelect, "radios"),
    (CheckboxInput, "checkbox"),
    (Textarea, "textarea"),
    (Select, "select"),
    (ClearableFileInput, "file"),
    (FileInput, "file"),
    (PasswordInput, "password"),
    (DateInput, "date"),
    (DateTimeInput, "datetime"),
    (MultiWidget, "group"),
]

CLASSES = {
    "checkbox": "govuk-checkboxes__input",
    "textarea": "govuk-textarea",
    "select": "govuk-select",
    "file": "govuk-file-upload",
    "password": "govuk-input govuk-password-input__input govuk-js-password-input-input",
    "date": "govuk-input govuk-input--width-10",
    "datetime": "govuk-input govuk-input--width-20",
    "input": "govuk-input",
}

GROUPED = {"radios", "checkboxes", "group"}


def kind_of(field: BoundField) -> str:
    """The kind of control ``field`` is shown as: a name of KINDS, or "input"."""
    widget = field.field.widget
    return next((kind for cls, kind in KINDS if isinstance(widget, cls)), "input")


def anchor_of(field: BoundField) -> str:
    """The id an error summary jumps to: the control, or the first choice of a group."""
    base = field.auto_id or f"id_{field.html_name}"
    return f"{base}_0" if kind_of(field) in GROUPED else base


# Native pickers send and expect ISO dates whatever the language of the page.
NATIVE = {"date": ("date", "%Y-%m-%d"), "datetime": ("datetime-local", "%Y-%m-%dT%H:%M")}


def control(field: BoundField, kind: str, described_by: str) -> SafeString:
    """The control itself with class, description and state, for kinds that are one element."""
    widget = field.field.widget
    if kind in NATIVE:
        widget.input_type, widget.format = NATIVE[kind]
    classes = [CLASSES.get(kind, CLASSES["input"])]
    if field.errors and kind != "checkbox":
        classes.append(f"{classes[0].split()[0]}--error")
    classes.append(widget.attrs.get("class", ""))
    return field.as_widget(
        attrs={
            "class": " ".join(filter(None, classes)),
            "aria-describedby": described_by or False,
            "placeholder": False,  # vanishes as one types, and is too pale to read; a hint does the job
        }
    )


def with_capitals(label: Any) -> Any:
    """A choice as it stands alone: words of ours begin with a capital, names people gave stay.

    Ours are those that wait for a language; a group of choices is done one by one.
    """
    if isinstance(label, (list, tuple)):
        return [(value, with_capitals(each)) for value, each in label]
    ours: Any = label  # a promise of a text
    return capfirst(ours) if isinstance(label, Promise) else label


def described_by(field: BoundField, base: str) -> str:
    """The ids that describe the control: its own, its hint, its error."""
    names = [field.field.widget.attrs.get("aria-describedby", "")]
    if field.help_text:
        names.append(f"{base}_hint")
    if field.errors:
        names.append(f"{base}_problem")
    return " ".join(filter(None, names))


def begin_with_capitals(field: BoundField) -> None:
    """Let the choices of a field begin as a label does; those of rows are named by people."""
    widget = field.field.widget
    if isinstance(widget, ChoiceWidget) and not isinstance(field.field, ModelChoiceField):
        widget.choices = [(value, with_capitals(label)) for value, label in widget.choices]


@register.inclusion_tag("components/field.html")
def govuk_field(
    field: BoundField,
    hide_label: bool = False,
    hide_hint: bool = False,
    label_size: str = "",
    label: str = "",
    in_filter: bool = False,
) -> dict[str, object]:
    """``{% govuk_field form.email %}``: one field. ``hide_label`` keeps the label for screen readers only.

    ``label_size``: s, m or l, for a field that is the page's question; ``label`` replaces its label.
    ``in_filter``: nobody expects to fill in all filters, so none is called optional.
    """
    kind = kind_of(field)
    base = field.auto_id or f"id_{field.html_name}"
    if label:
        field.label = label
    if hide_hint:
        field.help_text = ""
    begin_with_capitals(field)
    description = described_by(field, base)
    return {
        "field": field,
        "kind": kind,
        "base": base,
        "described_by": description,
        "optional": not field.field.required and kind != "checkbox" and not in_filter,
        "hide_label": hide_label,
        "label_size": label_size,
        "control": "" if kind in {"radios", "checkboxes"} else control(field, kind, description),
    }


def summary_of(form: BaseForm) -> list[tuple[str, str]]:
    """Every error of ``form`` with the id of the control to mend it at ("" for the form as a whole)."""
    lines = [("", str(error)) for error in form.non_field_errors()]
    lines += [
        ("", f"{field.label}: {error}") for field in form.hidden_fields() for error in field.errors
    ]
    for field in form.visible_fields():
        lines += [(anchor_of(field), f"{field.label}: {error}") for error in field.errors]
    return lines


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: BaseForm) -> dict[str, object]:
    """``{% error_summary form other_form %}``: all that is wrong, each line a link to its field."""
    return {
        "lines": [
            line
            for form in forms
            if form is not None and form.is_bound
            for line in summary_of(form)
        ]
    }


@register.simple_tag
def choice(option: BoundWidget, css_class: str) -> SafeString:
    """One radio or checkbox of a group with its class; the group carries the description."""
    attrs = {**option.data["attrs"], "class": css_class}
    attrs.pop("aria-describedby", None)
    return BoundWidget(option.parent_widget, {**option.data, "attrs": attrs}, option.renderer).tag()
