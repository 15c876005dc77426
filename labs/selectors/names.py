"""What the ids and keys that plans and changes hold are called, in a fixed number of queries."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from labs.models import Lab, Milestone, Plan, Question, ReferenceItem
from labs.rules import parts, revisions
from labs.rules.parts import Kind
from labs.selectors.content import named_posts
from people.models import Organisation, Post

Value = tuple[str, str, Any]  # part, field, value


@dataclass(frozen=True)
class Names:
    """What is called how: ``titles`` by key as text, the others by id."""

    titles: dict[str, str] = field(default_factory=dict)
    posts: dict[int, Post] = field(default_factory=dict)
    organisations: dict[int, Organisation] = field(default_factory=dict)
    items: dict[int, ReferenceItem] = field(default_factory=dict)


def of(values: Iterable[Value], titles: Mapping[str, str], plan: Plan | int | None) -> Names:
    """The names that ``values`` need, beside the ``titles`` of the plan's own parts.

    Four queries, fewer where nothing of a kind is named.
    """
    ids: dict[Kind, set[int]] = {Kind.POST: set(), Kind.ORGANISATION: set(), Kind.ITEM: set()}
    keys: set[str] = set()
    for part, name, value in values:
        kind = kind_of(part, name)
        if value in (None, "", []):
            continue
        if kind in ids:
            ids[kind].add(int(value))
        elif kind is Kind.KEY:
            keys.add(str(value))
        elif kind is Kind.KEYS:
            keys.update(str(each) for each in value)
    unknown = {uuid.UUID(key) for key in keys if key not in titles}
    return Names(
        titles=dict(titles) | {str(key): step for key, step in steps(unknown, plan).items()},
        posts=named_posts(ids[Kind.POST]) if ids[Kind.POST] else {},
        organisations=organisations(ids[Kind.ORGANISATION]),
        items=items(ids[Kind.ITEM]),
    )


def kind_of(part: str, name: str) -> Kind | None:
    """What a field of a part holds; None for what is no field of it."""
    rules = parts.SCHEMA.get(part, ())
    return next((rule.kind for rule in rules if rule.name == name), None)


def organisations(ids: Iterable[int]) -> dict[int, Organisation]:
    wanted = set(ids)
    return Organisation.objects.in_bulk(wanted) if wanted else {}


def items(ids: Iterable[int]) -> dict[int, ReferenceItem]:
    wanted = set(ids)
    return ReferenceItem.objects.in_bulk(wanted) if wanted else {}


def steps(keys: Iterable[uuid.UUID], plan: Plan | int | None) -> dict[uuid.UUID, str]:
    """Milestones of other plans than ``plan``, by key, each with its lab.

    Steps of restricted labs are not named (fact 8). One query, none without keys.
    """
    wanted = set(keys)
    if not wanted:
        return {}
    pk = plan.pk if isinstance(plan, Plan) else plan
    rows = Milestone.objects.filter(key__in=wanted).order_by("pk")
    found = {}
    for row in rows.annotate(is_restricted=restricted()).values_list(
        "key", "title", "plan__lab__title", "plan", "is_restricted"
    ):
        key, title, lab, of_plan, is_restricted = row
        if of_plan == pk:
            found[key] = title
        elif is_restricted:
            found[key] = _("a step of a restricted lab")
        else:
            found[key] = _("%(step)s (%(lab)s)") % {"step": title, "lab": lab}
    return found


def restricted(lab: str = "plan__lab") -> Exists:
    """Whether the lab of a row is open to named forums only."""
    return Exists(Lab.restricted_to.through.objects.filter(Q(lab=OuterRef(lab))))


def answered(fields: Mapping[str, Any], plan: revisions.Content) -> str:
    """What an answer is called: its question and its initiative, since its title is its reason."""
    initiative = plan.get((revisions.INITIATIVE, _key(fields.get("initiative_key"))), {})
    question = str(fields.get("question", ""))
    label = Question(question).label if question in Question.values else question
    return f"{initiative.get('title', '')}: {label}" if initiative else str(label)


def _key(text: Any) -> uuid.UUID:
    return uuid.UUID(str(text)) if text else uuid.UUID(int=0)
