"""Rules in words: ``{% load rules %}{{ line.rule.kind|rule_title }}``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kpis.rules import rules_catalogue
from kpis.templatetags.rule_settings import IN_WORDS
from kpis.templatetags.rule_texts import ABOUT, FOLLOWS, FOLLOWS_ABOUT, TITLES, WORDS, label
from people.templatetags.formats import number

register = template.Library()


@register.filter
def rule_title(kind: str) -> Any:
    """What a kind of rule is called."""
    return TITLES.get(kind, kind)


@register.filter
def rule_about(kind: str) -> Any:
    """What a kind of rule looks at, in one sentence."""
    return ABOUT.get(kind, "")


@register.filter
def follows(severity: str) -> Any:
    """What follows when a rule fires: "A review opens"."""
    return FOLLOWS.get(severity, severity)


@register.filter
def follows_about(severity: str) -> Any:
    """What that means for people, in one sentence."""
    return FOLLOWS_ABOUT.get(severity, "")


@register.filter
def setting_label(name: str, kind: str = "") -> Any:
    """``{{ name|setting_label:rule.kind }}``: what a setting is called."""
    return label(name, kind)


@register.filter
def setting(value: Any) -> Any:
    """A setting's value as people read it; an empty one is off."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if value is None or value == "":
        return _("off")
    return WORDS.get(str(value)) or number(value)


@register.filter
def in_words(version: Any) -> str:
    """The settings of a kpis.models.RuleVersion (with its rule) as a sentence or two."""
    return said(version.rule.kind, version.parameters)


def said(kind: str, stored: Mapping[str, Any]) -> str:
    """Stored settings of a kind of rule as sentences; "" for a kind that is not known here."""
    if kind not in rules_catalogue.KINDS or kind not in IN_WORDS:
        return ""
    params = rules_catalogue.typed(kind, stored)
    return " ".join(filter(None, (IN_WORDS[kind](params), _opens(params), _closes(params))))


def _opens(params: Mapping[str, Any]) -> str:
    count = int(params.get("open_after", 1))
    if count < 2:
        return ""
    return ngettext(
        "A deviation opens after %(count)d period in a row.",
        "A deviation opens after %(count)d periods in a row.",
        count,
    ) % {"count": count}


def _closes(params: Mapping[str, Any]) -> str:
    if "clear_periods" not in params:
        return ""
    count = int(params["clear_periods"])
    return ngettext(
        "A deviation closes by itself after %(count)d clear period.",
        "A deviation closes by itself after %(count)d clear periods in a row.",
        count,
    ) % {"count": count}
