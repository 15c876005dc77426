"""Templates as they stand in their files, and what starting one would make."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db.models.functions import Lower

from forums.models import Forum
from people.models import Organisation
from starters.rules.plan_shape import Kpi, Target
from starters.rules.reading import read
from starters.rules.shape import Template, kpis_of
from starters.rules.values import Text

FOLDER = Path(__file__).resolve().parent / "templates_data"


@cache
def templates() -> tuple[Template, ...]:
    """Every template, in their order. Raises TemplateError for a file that is none."""
    found = (read(path.read_text(encoding="utf-8"), path.name) for path in FOLDER.glob("*.toml"))
    return tuple(sorted(found, key=lambda each: (each.position, each.code)))


def template(code: str) -> Template | None:
    """The template of this code."""
    return next((each for each in templates() if each.code == code), None)


@dataclass(frozen=True)
class Preview:
    """What starting a template makes, beyond what stands in its file.

    ``there``: names of organisations and forums that exist and are used as they are.
    ``posts``: titles by key. ``kpis``: each with the targets of its total.
    """

    there: frozenset[str]
    posts: dict[str, Text]
    kpis: list[tuple[Kpi, list[Target]]]


def preview(template: Template, language: str) -> Preview:
    """The template beside what this installation has already. Two queries."""
    asked = {each.name.said(language) for each in template.organisations}
    asked |= {each.name.said(language) for each in template.forums}
    lower = {name.lower(): name for name in asked}
    found = {
        *Organisation.objects.annotate(low=Lower("name"))
        .filter(low__in=lower)
        .values_list("low", flat=True),
        *Forum.objects.filter(closed_on=None)
        .annotate(low=Lower("name"))
        .filter(low__in=lower)
        .values_list("low", flat=True),
    }
    return Preview(
        there=frozenset(lower[low] for low in found),
        posts={each.key: each.title for each in template.posts},
        kpis=[
            (kpi, [target for target in kpi.targets if not target.part])
            for lab in template.labs
            for kpi in kpis_of(lab)
        ],
    )
