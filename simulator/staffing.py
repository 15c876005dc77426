"""Persons leave posts, others act for them, and posts are filled again; a forum closes."""

from __future__ import annotations

import datetime

from forums.models import Forum
from forums.services import forums
from people.models import Appointment, Post, User
from people.services import appointments
from simulator.world import SYSTEM, World

A_MONTH = 21  # working days


def move_people(world: World) -> None:
    """What happens to offices today; whoever comes into one comes tomorrow."""
    world.held.clear()
    _leave(world)
    _fill(world)
    _close_a_forum(world)


def _leave(world: World) -> None:
    """Some leave at the end of the day; for some of their posts somebody acts from tomorrow."""
    rate = world.scenario.vacancy_rate / A_MONTH
    held = Appointment.objects.filter(ends_on=None, acting=False, starts_on__lt=world.day)
    for appointment in held.select_related("post", "user").order_by("pk"):
        if not world.chance.happens(rate, "leaves", appointment.pk, world.day):
            continue
        world.do(appointments.end, appointment=appointment, ends_on=world.day, by=SYSTEM)
        world.reserve.append(appointment.user_id)
        if world.chance.happens(world.scenario.acting_rate, "acting", appointment.pk):
            _appoint(world, appointment.post, acting=True)


def _fill(world: World) -> None:
    """A post that has been vacant long enough is filled; who acted goes."""
    filled = Appointment.objects.filter(ends_on=None, acting=False).values("post")
    for post in Post.objects.exclude(pk__in=filled).order_by("pk"):
        last = post.appointments.filter(acting=False).order_by("ends_on", "pk").last()
        if last is None or last.ends_on is None:
            continue
        usual = world.scenario.vacancy_days
        days = world.chance.whole(usual // 2, usual * 3 // 2, "vacant", last.pk)
        if (world.day - last.ends_on).days <= days:
            continue
        acting = post.appointments.filter(ends_on=None, acting=True).order_by("pk")
        for appointment in acting.select_related("user"):
            world.do(appointments.end, appointment=appointment, ends_on=world.day, by=SYSTEM)
            world.reserve.append(appointment.user_id)
        _appoint(world, post, acting=False)


def _appoint(world: World, post: Post, *, acting: bool) -> None:
    """Whoever has waited longest, from tomorrow."""
    if not world.reserve:
        return
    user = User.objects.get(pk=world.reserve.pop(0))
    tomorrow = world.day + datetime.timedelta(days=1)
    world.do(
        appointments.appoint, post=post, user=user, starts_on=tomorrow, acting=acting, by=SYSTEM
    )


def _close_a_forum(world: World) -> None:
    """Once, the last working committee closes; the one before it takes over."""
    month = world.scenario.closes_in_month
    begun = world.scenario.first_day
    months = (world.day.year - begun.year) * 12 + world.day.month - begun.month
    if not month or months < month or len(world.ministries) < 2:
        return
    last = Forum.objects.get(pk=world.forums[f"working{len(world.ministries)}"].pk)
    successor = world.forums[f"working{len(world.ministries) - 1}"]
    if last.closed_on is None and not last.motions.filter(state="open").exists():
        world.do(forums.close, forum=last, successor=successor, by=world.unit())
