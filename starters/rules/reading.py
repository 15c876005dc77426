"""Reading a template's file: every mistake named by file and section, with what to do.

Public names::

    TemplateError(problems)                      .problems: list of Problem
    Problem(file, section, message)              str(): "works.toml, [[posts]] 2 “chair”: …"
    read(text, file) -> Template                 raises TemplateError

What a section may hold is in the dataclasses of shape.py; this only walks them, so that a
new field is one line there. What the sections say of each other is checked in links.py.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
import types
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

from starters.rules.links import check_links
from starters.rules.problems import Problem, TemplateError
from starters.rules.shape import Template
from starters.rules.values import LANGUAGES, Text, When, read_when

__all__ = ["Problem", "TemplateError", "read"]
WHEN_HINT = 'Write "start", or days, weeks, months or years after it: "week 8", "month -3".'


class _Wrong(Exception):
    """A value that cannot be taken; the reader says where."""


def read(text: str, file: str) -> Template:
    """The template that ``text`` holds. Raises TemplateError with everything found wrong."""
    try:
        table = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        problem = Problem(file, "", f"This is not TOML: {error}. Mend that line first.")
        raise TemplateError([problem]) from None
    reader = _Reader(file)
    template = reader.build(Template, table, "")
    if reader.problems or template is None:
        raise TemplateError(reader.problems)
    problems = [Problem(file, section, message) for section, message in check_links(template)]
    if problems:
        raise TemplateError(problems)
    made: Template = template
    return made


class _Reader:
    """Builds dataclasses out of tables and keeps what is wrong with them."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def build(self, kind: Any, table: Any, section: str) -> Any:
        """One ``kind`` out of a table; None when something in it is wrong."""
        if not isinstance(table, dict):
            self._say(section, "Write a section with its fields here, not a single value.")
            return None
        fields = _fields(kind)
        before = len(self.problems)
        for name in table.keys() - fields.keys():
            self._say(section, _unknown(name, fields))
        values = {}
        for name, (hint, required, choices) in fields.items():
            if name in table:
                values[name] = self._value(hint, choices, table[name], section, name)
            elif required:
                self._say(section, f"Add “{name}”: it may not be left out.")
        return kind(**values) if len(self.problems) == before else None

    def _value(self, hint: Any, choices: Sequence[str], given: Any, section: str, name: str) -> Any:
        inner = _inner(hint)
        if get_origin(inner) is tuple and dataclasses.is_dataclass(get_args(inner)[0]):
            return self._several(get_args(inner)[0], given, section, name)
        if dataclasses.is_dataclass(inner) and inner not in (Text, When):
            return self.build(inner, given, _place(section, name))
        try:
            value = _read_value(inner, given)
        except _Wrong as wrong:
            self._say(section, f"{name}: {wrong}")
            return None
        if choices and value not in choices:
            allowed = ", ".join(f"“{each}”" for each in choices if each)
            self._say(section, f"{name}: “{value}” is not one of {allowed}. Take one of these.")
        return value

    def _several(self, kind: Any, given: Any, section: str, name: str) -> tuple[Any, ...]:
        if not isinstance(given, list):
            self._say(section, f"{name}: Write a list of sections: [[{_place(section, name)}]].")
            return ()
        rows = []
        for number, table in enumerate(given, start=1):
            key = table.get("key") if isinstance(table, dict) else None
            rows.append(self.build(kind, table, _place(section, name, number, key)))
        return tuple(rows)

    def _say(self, section: str, message: str) -> None:
        self.problems.append(Problem(self.file, section, message))


def _place(section: str, name: str, number: int = 0, key: Any = None) -> str:
    """Where in the file: "labs 1 “schools” › goals 2"."""
    here = f"{name} {number}" if number else name
    here = f"{here} “{key}”" if key else here
    return f"{section} › {here}" if section else here


@cache
def _fields(kind: Any) -> dict[str, tuple[Any, bool, Sequence[str]]]:
    """Each field of a dataclass: its type, whether it must be there, what it may be."""
    hints = get_type_hints(kind)
    return {
        each.name: (
            hints[each.name],
            each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING,
            each.metadata.get("choices", ()),
        )
        for each in dataclasses.fields(kind)
    }


def _inner(hint: Any) -> Any:
    """The type itself where None is allowed too."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


def _unknown(name: str, fields: dict[str, Any]) -> str:
    near = difflib.get_close_matches(name, fields, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else f"It may hold: {', '.join(fields)}."
    return f"There is no “{name}” here. {hint}"


def _read_value(kind: Any, given: Any) -> Any:
    """A value as its type has it. Raises _Wrong."""
    if kind is Text:
        return _text(given)
    if kind is When:
        when = read_when(given) if isinstance(given, str) else None
        if when is None:
            raise _Wrong(f"“{given}” is no day. {WHEN_HINT}")
        return when
    if kind is Decimal:
        if isinstance(given, bool) or not isinstance(given, int | Decimal):
            raise _Wrong(f"“{given}” is no number. Write digits without quotes.")
        return Decimal(given)
    if get_origin(kind) is tuple:
        if not (isinstance(given, list) and all(isinstance(each, str) for each in given)):
            raise _Wrong("Write a list of names in brackets.")
        return tuple(given)
    plain = get_origin(kind) or kind
    if not isinstance(given, plain) or (plain is int and isinstance(given, bool)):
        raise _Wrong(f"“{given}” is no {_PLAIN.get(plain, plain.__name__)}.")
    return _plain(given) if plain is dict else given


_PLAIN = {
    str: "text; write it in quotes",
    int: "whole number",
    bool: "true or false",
    dict: "table",
}


def _plain(table: dict[str, Any]) -> dict[str, Any]:
    """Settings of a rule: decimals as text, as rules are given them."""
    return {
        name: str(value) if isinstance(value, Decimal) else value for name, value in table.items()
    }


def _text(given: Any) -> Text:
    if isinstance(given, str):
        given = {"en": given}
    if not isinstance(given, dict):
        raise _Wrong('Write a text in quotes, or one per language: {en = "…", es = "…"}.')
    if unknown := given.keys() - set(LANGUAGES):
        raise _Wrong(f"“{min(unknown)}” is none of the languages {', '.join(LANGUAGES)}.")
    texts = {name: " ".join(str(text).split()) for name, text in given.items()}
    if not texts.get("en"):
        raise _Wrong("Write it in English (en) at least.")
    return Text(texts.pop("en"), texts)
