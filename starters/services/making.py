"""What has been made so far of a programme that is being started, by the keys of its template."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from forums.models import Forum
from kpis.models import Kpi
from labs.models import Lab, Programme, ResultArea
from labs.selectors import reference
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Organisation, Post
from starters.rules.shape import Template
from starters.rules.values import Text, When


class TemplateAsksTooMuch(Refused):
    """The template names something that this installation does not have."""

    code = "template"


@dataclass
class Making:
    """One start: the template, who starts it when, and everything made until now."""

    template: Template
    name: str
    starts_on: date
    language: str
    currency: str
    country: str
    by: Actor
    at: datetime
    programme: Programme = field(init=False)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    posts: dict[str, Post] = field(default_factory=dict)
    forums: dict[str, Forum] = field(default_factory=dict)
    areas: dict[str, ResultArea] = field(default_factory=dict)
    labs: dict[str, Lab] = field(default_factory=dict)
    kpis: dict[str, Kpi] = field(default_factory=dict)
    keys: dict[str, UUID] = field(default_factory=dict)
    plan_of: dict[str, Lab] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def who(self) -> dict[str, Any]:
        """Who does it and when, as every service asks."""
        return {"by": self.by, "at": self.at}

    def text(self, text: Text | None) -> str:
        """A text in the language asked for, with the programme's name where it stands for it."""
        return "" if text is None else text.said(self.language).replace("{programme}", self.name)

    def day(self, when: When) -> date:
        return when.on(self.starts_on)

    def iso(self, when: When | None) -> str | None:
        return None if when is None else when.on(self.starts_on).isoformat()

    def item(self, name: str, code: str) -> Any:
        """The entry of a reference list, None for no code. Raises TemplateAsksTooMuch."""
        if not code:
            return None
        found = reference.items(name, self.country).filter(code=code).first()
        if found is None:
            raise TemplateAsksTooMuch(
                f"The reference list “{name}” has no entry “{code}” on offer."
                " Add it to the list, or take it out of the template."
            )
        return found
