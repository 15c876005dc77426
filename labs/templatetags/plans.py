"""Plans and their changes in words: ``{% load plans %}``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.template.defaultfilters import truncatechars
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from labs.rules import parts, words
from labs.rules.revisions import ANSWER, PATH, REMOVED, TITLE
from labs.rules.words import Line
from labs.templatetags.fields import CHOICES, PARTS, field_word
from people.templatetags.formats import NOTHING, day, number, period_label

register = template.Library()

SENTENCES: dict[str, str | Promise] = {
    words.ADDED: gettext_lazy("%(part)s “%(title)s” is new"),
    words.GONE: gettext_lazy("%(part)s “%(title)s” is taken out"),
    words.RENAMED: gettext_lazy("%(part)s “%(title)s” is now called “%(after)s”"),
    words.CHANGED: gettext_lazy("%(part)s “%(title)s”, %(field)s: %(before)s → %(after)s"),
    words.SET: gettext_lazy("%(part)s “%(title)s”, %(field)s: none → %(after)s"),
    words.CLEARED: gettext_lazy("%(part)s “%(title)s”, %(field)s: %(before)s → none"),
    words.TARGET_CHANGED: gettext_lazy("Target of %(title)s: %(before)s → %(after)s"),
    words.TARGET_SET: gettext_lazy("Target of %(title)s: none → %(after)s"),
    words.TARGET_CLEARED: gettext_lazy("Target of %(title)s: %(before)s → none"),
    words.PATH_CHANGED: gettext_lazy("Path of %(title)s: %(before)s → %(after)s"),
    words.PATH_SET: gettext_lazy("Path of %(title)s: %(after)s"),
    words.PATH_CLEARED: gettext_lazy("Path of %(title)s: %(before)s → none"),
}
# How a path runs, with and without a baseline and a last target.
PATHS: dict[str, dict[str, str | Promise]] = {
    "linear": {
        "": gettext_lazy("evenly from target to target"),
        "from": gettext_lazy("evenly from %(from)s"),
        "to": gettext_lazy("evenly to %(to)s"),
        "from to": gettext_lazy("evenly from %(from)s to %(to)s"),
    },
    "steps": {
        "": gettext_lazy("in steps from target to target"),
        "from": gettext_lazy("in steps from %(from)s"),
        "to": gettext_lazy("in steps to %(to)s"),
        "from to": gettext_lazy("in steps from %(from)s to %(to)s"),
    },
    "points": {
        "": gettext_lazy("only where a target is given"),
        "from": gettext_lazy("only where a target is given, from %(from)s"),
        "to": gettext_lazy("only where a target is given, to %(to)s"),
        "from to": gettext_lazy("only where a target is given, from %(from)s to %(to)s"),
    },
}
LONGEST = 120


@register.simple_tag
def sentence(line: Line, names: Any) -> str:
    """``{% sentence line reading %}``: one change in words; ``reading`` has posts and titles."""
    said = str(SENTENCES[line.sentence]) % {
        "part": PARTS[line.part],
        "title": line.title or _unnamed(line.field),
        "field": field_word(line.part, line.field),
        "before": value_in_words(line.part, line.field, line.before, names),
        "after": path_in_words(line.after, line.details)
        if line.field == PATH
        else value_in_words(line.part, line.field, line.after, names),
    }
    if not line.reason:
        return said
    return _("%(change)s, because: %(reason)s") % {"change": said, "reason": line.reason}


@register.simple_tag
def detail_lines(line: Line, names: Any) -> list[tuple[str, str]]:
    """The fields of a part that is new or leaves, as (name, value) as people read them."""
    if line.sentence not in (words.ADDED, words.GONE):
        return []
    shown = "" if line.part == ANSWER else TITLE
    return [
        (field_word(line.part, name), value_in_words(line.part, name, line.details[name], names))
        for name in parts.names_of(line.part)
        if name in line.details and name != shown
    ]


@register.simple_tag
def change_value(change: Any, side: str, names: Any = None) -> str:
    """``{% change_value change "after" %}``: one side of a stored change."""
    return value_in_words(change.part, change.field, getattr(change, side), names)


@register.simple_tag
def whole_value(row: Any, names: Any) -> str:
    """``{% whole_value row names %}``: what a version says, in full length."""
    rule = next((each for each in parts.SCHEMA.get(row.part, ()) if each.name == row.field), None)
    if rule is not None and rule.kind is parts.Kind.TEXT:
        return str(row.after or NOTHING)
    return value_in_words(row.part, row.field, row.after, names)


@register.simple_tag
def row_name(row: Any) -> str:
    """``{% row_name row %}``: the word for the field of a row or a change."""
    if row.part == "target":
        return _("Path to the targets") if row.field == PATH else _period(row.field)
    word = str(field_word(row.part, row.field) or _("whole part"))
    return word[:1].upper() + word[1:]


@register.simple_tag
def conflict_value(conflict: Any, side: str, names: Any) -> str:
    """One of the three values of a stale change: ``before``, ``now``, ``after``."""
    change = conflict.change
    if change.field == REMOVED:
        words = {
            "before": _("in the plan"),
            "now": _("changed") if conflict.now else _("taken out"),
            "after": _("taken out"),
        }
        return words[side]
    value = conflict.now if side == "now" else getattr(change, side)
    return value_in_words(change.part, change.field, value, names)


def value_in_words(part: str, field: str, value: Any, names: Any) -> str:
    """A value of a change as people read it. Unknown ids are shown as they are."""
    if value is None or value == []:
        return NOTHING
    if part == "target":
        return path_in_words(value) if field == PATH else _target(value)
    rule = next((rule for rule in parts.SCHEMA.get(part, ()) if rule.name == field), None)
    if rule is None:
        return NOTHING
    if rule.kind in _NAMED:
        return _called(rule.kind, value, names)
    if rule.kind is parts.Kind.DATE:
        return day(date.fromisoformat(value))
    if rule.kind is parts.Kind.DECIMAL:
        return number(value)
    if rule.kind is parts.Kind.CHOICE:
        return str(CHOICES.get(field, {}).get(value, value))
    return truncatechars(value, LONGEST)


_NAMED: dict[parts.Kind, tuple[str, str | Promise]] = {
    parts.Kind.POST: ("posts", gettext_lazy("post %(id)s")),
    parts.Kind.ORGANISATION: ("organisations", gettext_lazy("organisation %(id)s")),
    parts.Kind.ITEM: ("items", gettext_lazy("entry %(id)s")),
    parts.Kind.KEY: ("titles", ""),
    parts.Kind.KEYS: ("titles", ""),
}


def _called(kind: parts.Kind, value: Any, names: Any) -> str:
    """What ids and keys are called, as far as the reading knows them."""
    place, unknown = _NAMED[kind]
    known: Mapping[Any, Any] = getattr(names, place, {})
    if kind in (parts.Kind.KEY, parts.Kind.KEYS):
        keys = value if isinstance(value, list) else [value]
        return ", ".join(known.get(str(key)) or NOTHING for key in keys)
    return str(known.get(int(value)) or str(unknown) % {"id": value})


@register.filter
def path_in_words(path: Any, end: Mapping[str, Any] | None = None) -> str:
    """How a path runs: "evenly from 54 in 2009 to 80 in 2012"; ``end`` is its last target."""
    if path is None:
        return NOTHING
    said = {}
    if path.get("baseline") is not None:
        said["from"] = _at(number(path["baseline"]), _year_of(path["baseline_on"]))
    if end:
        said["to"] = _at(_target({**end, "baseline": None}), _period(end["period"]))
    return str(PATHS[path["method"]][" ".join(said)]) % said


def _at(value: str, when: str) -> str:
    return _("%(value)s in %(period)s") % {"value": value, "period": when}


def _year_of(last_day: str) -> str:
    """The period that ends on a day, as far as the day tells: a year, else the month."""
    end = date.fromisoformat(last_day)
    if (end.month, end.day) == (12, 31):
        return str(end.year)
    return date_format(end, pgettext("date format of a month", "F Y"))


def _unnamed(field: str) -> str:
    if field == PATH:
        return _("a KPI")
    return _("a KPI, %(period)s") % {"period": _period(field)}


def _target(value: Any) -> str:
    if value.get("high"):
        shown = _("%(low)s to %(high)s") % {
            "low": number(value.get("value")),
            "high": number(value["high"]),
        }
    else:
        shown = number(value.get("value"))
    if value.get("baseline"):
        return _("%(value)s (from %(baseline)s)") % {
            "value": shown,
            "baseline": number(value["baseline"]),
        }
    return shown


def _period(text: str) -> str:
    if text == PATH:
        return _("path to the targets")
    start, _slash, end = text.partition("/")
    try:
        return period_label(date.fromisoformat(start), date.fromisoformat(end))
    except ValueError:
        return text


@register.filter
def part_name(part: str) -> str:
    """The word for a kind of part."""
    return str(PARTS.get(part, part))


@register.filter
def field_name(field: str) -> str:
    """The word for a field of a part, or a target's period."""
    return field_word("", field) or _period(field)


@register.filter
def by_days(days: int) -> str:
    """How far a finish moved: 31 days later, 3 days earlier."""
    if days < 0:
        return ngettext("%(n)d day earlier", "%(n)d days earlier", -days) % {"n": -days}
    return ngettext("%(n)d day later", "%(n)d days later", days) % {"n": days}


REVISIONS: dict[str, tuple[str | Promise, str, str]] = {
    "draft": (gettext_lazy("Draft"), "○", "neutral"),
    "submitted": (gettext_lazy("Before the forum"), "▶", "info"),
    "in_force": (gettext_lazy("In force"), "●", "good"),
    "adopted": (gettext_lazy("Adopted, since replaced"), "✓", "neutral"),
    "rejected": (gettext_lazy("Not adopted"), "✕", "bad"),
    "withdrawn": (gettext_lazy("Withdrawn"), "–", "neutral"),
}
VERDICTS: dict[str, tuple[str | Promise, str, str]] = {
    "holds": (gettext_lazy("Holds"), "✓", "good"),
    "strained": (gettext_lazy("Holds under strain"), "▲", "warn"),
    "fails": (gettext_lazy("Fails"), "▼", "bad"),
}


@register.inclusion_tag("components/status_tag.html")
def revision_tag(revision: Any, plan: Any) -> dict[str, object]:
    """``{% revision_tag revision plan %}``: the state of a revision; the one in force says so."""
    state = "in_force" if revision.pk == plan.in_force_id else str(revision.state)
    return _look(REVISIONS[state])


@register.inclusion_tag("components/status_tag.html")
def verdict_tag(verdict: str) -> dict[str, object]:
    """``{% verdict_tag test.money %}``: one verdict of a stress test."""
    return _look(VERDICTS[str(verdict)])


def _look(look: tuple[str | Promise, str, str]) -> dict[str, object]:
    word, symbol, tone = look
    return {"word": word, "symbol": symbol, "tone": tone}
