"""Who sits in a lab of a template, and what the lab decides by."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from labs.models import Intake, Lab, Seat, WorkingGroup
from labs.services import groups, intakes, labs, options, problem_statements, seats, sessions
from starters.rules.plan_shape import Lab as LabShape
from starters.rules.plan_shape import Session
from starters.services.making import Making


def open_lab(making: Making, shape: LabShape) -> Lab:
    """The lab from its intake, with its problem, seats, groups, criteria, options, sessions."""
    lab = labs.open(
        area=making.areas[shape.area],
        title=making.text(shape.title),
        question=making.text(shape.question),
        method=shape.method,
        starts_on=making.day(shape.starts),
        ends_on=making.day(shape.ends),
        steering=making.forums[shape.steering],
        is_illustrative=True,
        intake=_intake(making, shape),
        **making.who,
    )
    making.counts["labs"] += 1
    if shape.problem is not None:
        problem_statements.write(
            lab=lab,
            text=making.text(shape.problem.text),
            causes=making.text(shape.problem.causes),
            **making.who,
        )
    seated = _seats(making, lab, shape)
    opened = _groups(making, lab, shape, seated)
    for criterion in shape.criteria:
        options.add_criterion(
            lab=lab, name=making.text(criterion.name), weight=criterion.weight, **making.who
        )
    for option in shape.options:
        options.add_option(
            lab=lab,
            title=making.text(option.title),
            description=making.text(option.description),
            **making.who,
        )
    for session in shape.sessions:
        _session(making, lab, session, opened)
    making.counts["options"] += len(shape.options)
    making.counts["sessions"] += len(shape.sessions)
    return lab


def _intake(making: Making, shape: LabShape) -> Intake | None:
    """Why the question suits a lab, if the template says so."""
    if shape.intake is None:
        return None
    return intakes.record(
        area=making.areas[shape.area],
        title=making.text(shape.title),
        question=making.text(shape.question),
        shared_problem=True,
        shared_problem_why=making.text(shape.intake.shared_problem),
        uncertainty=True,
        uncertainty_why=making.text(shape.intake.uncertainty),
        outcome=Intake.Outcome.SUITED,
        method=shape.method,
        reason=making.text(shape.intake.uncertainty),
        **making.who,
    )


def _seats(making: Making, lab: Lab, shape: LabShape) -> dict[str, Seat]:
    seated = {}
    for seat in shape.seats:
        made = seats.add(
            lab=lab,
            organisation=making.organisations[seat.organisation],
            post=making.posts[seat.post] if seat.post else None,
            kind=seat.kind,
            mandate=making.text(seat.mandate),
            group=making.item("stakeholder_group", seat.group),
            people=seat.people,
            **making.who,
        )
        if seat.interest is not None:
            seats.declare(seat=made, text=making.text(seat.interest), **making.who)
        seated[seat.organisation] = made
    making.counts["seats"] += len(seated)
    return seated


def _groups(
    making: Making, lab: Lab, shape: LabShape, seated: dict[str, Seat]
) -> dict[str, WorkingGroup]:
    return {
        group.name.english: groups.open(
            lab=lab,
            name=making.text(group.name),
            task=making.text(group.task),
            seats=[seated[key] for key in group.seats],
            **making.who,
        )
        for group in shape.groups
    }


def _session(making: Making, lab: Lab, shape: Session, opened: dict[str, WorkingGroup]) -> None:
    """A sitting at its hour in the programme's own time zone."""
    zone = ZoneInfo(making.programme.time_zone)
    starts = datetime.combine(making.day(shape.on), time(shape.hour), tzinfo=zone)
    sessions.plan(
        lab=lab,
        title=making.text(shape.title),
        starts_at=starts,
        ends_at=starts + timedelta(hours=shape.hours),
        place=shape.place,
        group=opened.get(shape.group),
        **making.who,
    )
