"""Templates as they stand in their files, and what starting one would make."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from starters.rules.reading import read
from starters.rules.shape import Template

FOLDER = Path(__file__).resolve().parent / "templates_data"


@cache
def templates() -> tuple[Template, ...]:
    """Every template, in their order. Raises TemplateError for a file that is none."""
    found = (read(path.read_text(encoding="utf-8"), path.name) for path in FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda each: (each.position, each.code)))


def template(code: str) -> Template | None:
    """The template of this code."""
    return next((each for each in templates() if each.code == code), None)
