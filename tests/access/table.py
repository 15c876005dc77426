"""Reads policy.txt, and finds every address of the product."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import URLPattern, get_resolver

POLICY = Path(__file__).with_name("policy.txt")
METHODS = {"GET", "POST", "both", "get", "post"}
SIGN_IN = "in"
NAME, OF = slice(5, 44), slice(44, 55)


@dataclass(frozen=True)
class Row:
    """What is asked of one address, and what each persona is answered."""

    method: str
    name: str
    of: str
    answers: dict[str, str]

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods to which these answers are given."""
        return ("GET", "POST") if self.method == "both" else (self.method.upper(),)

    @property
    def refused(self) -> str:
        """The method that nobody may use here, or ""."""
        return {"GET": "POST", "POST": "GET"}.get(self.method, "")

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.name, self.of)))


@cache
def rows() -> tuple[Row, ...]:
    """The table of policy.txt."""
    found = []
    columns: list[str] = []
    for line in POLICY.read_text().splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        method, answers = line[:5].strip(), line[OF.stop :].split()
        if method == "@":
            columns = answers
            continue
        assert method in METHODS, line
        given = dict(zip(columns, answers, strict=True))
        found.append(Row(method, line[NAME].strip(), line[OF].strip(), given))
    return tuple(found)


def patterns(found: object = None, space: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Every address of the product, by its name with its namespace."""
    for each in get_resolver().url_patterns if found is None else found:
        if isinstance(each, URLPattern):
            yield f"{space}:{each.name}" if space else str(each.name), each
        else:
            yield from patterns(each.url_patterns, each.namespace or space)
