"""Labs of a template, and the draft of their plans part by part."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from labs.models import Revision
from labs.services import revisions
from starters.rules.plan_shape import Initiative, Step
from starters.rules.plan_shape import Lab as LabShape
from starters.services import measures, tables
from starters.services.making import Making


def make(making: Making) -> None:
    """Every lab with its seats, its draft and its KPIs."""
    for shape in making.template.labs:
        lab = tables.open_lab(making, shape)
        making.labs[shape.key] = lab
        draft = lab.plan.revisions.get(state=Revision.State.DRAFT)
        for goal in shape.goals:
            making.keys[goal.key] = _part(
                making,
                draft,
                "goal",
                title=making.text(goal.title),
                description=making.text(goal.description),
            )
            for initiative in goal.initiatives:
                _initiative(making, draft, goal.key, initiative)
        _wait_for_each_other(making, draft, shape)
        measures.make(making, shape, draft)


def _part(making: Making, draft: Revision, part: str, **fields: Any) -> UUID:
    """One part into the draft; fields without a value stay out."""
    making.counts[part] += 1
    return revisions.edit(
        revision=draft,
        part=part,
        key=None,
        fields={name: value for name, value in fields.items() if value not in (None, "")},
        **making.who,
    )


def _initiative(making: Making, draft: Revision, goal: str, shape: Initiative) -> None:
    instrument = making.item("instrument", shape.instrument)
    group = making.item("target_group", shape.target_group)
    key = _part(
        making,
        draft,
        "initiative",
        goal_key=str(making.keys[goal]),
        title=making.text(shape.title),
        description=making.text(shape.description),
        lead=str(making.posts[shape.lead].pk),
        starts_on=making.iso(shape.starts),
        finishes_on=making.iso(shape.finishes),
        expires_on=making.iso(shape.expires),
        scope=shape.scope,
        intervention=shape.intervention,
        pathway=shape.pathway,
        instrument=str(instrument.pk) if instrument else None,
        target_group=str(group.pk) if group else None,
        budget=None if shape.budget is None else f"{shape.budget:f}",
    )
    making.keys[shape.key] = key
    making.plan_of[shape.key] = draft.plan.lab
    _beside(making, draft, shape, key)
    for step in shape.steps:
        _step(making, draft, key, step)


def _beside(making: Making, draft: Revision, shape: Initiative, key: UUID) -> None:
    """The initiative's money, the promises in return, and the answers to its questions."""
    year = making.starts_on.year
    for line in shape.money:
        making.keys[line.key] = _part(
            making,
            draft,
            "budget_line",
            initiative_key=str(key),
            title=making.text(line.title),
            currency=making.currency,
            year=str(year + line.year - 1),
            price_base=str(year) if line.constant_prices else None,
            planned=f"{line.planned:f}",
        )
    for promise in shape.commitments:
        _part(
            making,
            draft,
            "commitment",
            initiative_key=str(key),
            title=making.text(promise.title),
            beneficiary=str(making.organisations[promise.beneficiary].pk),
            verify_on=making.iso(promise.verify),
            sanction=making.text(promise.sanction),
        )
    for answer in shape.answers:
        _part(
            making,
            draft,
            "answer",
            initiative_key=str(key),
            question=answer.question,
            verdict=answer.verdict,
            title=making.text(answer.reason),
            override=making.text(answer.override),
        )


def _step(making: Making, draft: Revision, initiative: UUID, step: Step) -> None:
    making.keys[step.key] = _part(
        making,
        draft,
        "milestone",
        initiative_key=str(initiative),
        title=making.text(step.title),
        owner=str(making.posts[step.owner].pk),
        starts_on=making.iso(step.starts),
        finishes_on=making.iso(step.finishes),
        budget_line_key=str(making.keys[step.line]) if step.line else None,
    )
    making.plan_of[step.key] = draft.plan.lab


def _wait_for_each_other(making: Making, draft: Revision, shape: LabShape) -> None:
    """What steps wait for, once all of them are there to be named."""
    initiatives = [each for goal in shape.goals for each in goal.initiatives]
    for step in (step for each in initiatives for step in each.steps):
        if step.after:
            revisions.edit(
                revision=draft,
                part="milestone",
                key=making.keys[step.key],
                fields={"depends_on": [str(making.keys[each]) for each in step.after]},
                **making.who,
            )
        for need in step.needs:
            _part(
                making,
                draft,
                "dependency",
                milestone_key=str(making.keys[step.key]),
                title=making.text(need.title),
                provider=str(making.organisations[need.provider].pk),
                due_on=making.iso(need.due),
                step_key=str(making.keys[need.step]) if need.step else None,
            )
