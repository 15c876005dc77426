"""Ends to come, whose choice they are, and what stands before a forum about them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from forums.models import Forum, Motion
from forums.selectors import ladders
from labs.models import Plan, Programme, ResultArea, Window
from labs.rules import endings as rules
from labs.selectors import endings, labs
from labs.selectors.endings import End
from reviews.models import EndProposal

SHOWN = 100


@dataclass(frozen=True)
class Line:
    """An end and the motion about it that is open."""

    end: End
    motion: Motion | None


@dataclass(frozen=True)
class Ends:
    """``pressing``: expired, overdue or soon. ``later`` and ``settled``: the rest, bounded."""

    pressing: list[Line]
    later: list[Line]
    settled: list[Line]

    @property
    def flagged(self) -> list[Line]:
        return [line for line in self.pressing if line.end.is_flagged]


def of_programme(programme: Programme, user: Any, on: datetime.date) -> Ends:
    """The ends of a programme's initiatives and windows that the user may read."""
    plans = labs.readable_plans(user, on).filter(lab__area__programme=programme)
    found = [
        *endings.initiatives(list(plans.values_list("pk", flat=True)), on),
        *endings.windows(programme, on),
    ]
    return _sorted(_lines(found))


def pressing(plans: Iterable[int], on: datetime.date) -> list[Line]:
    """Initiatives of these plans whose end presses. Three queries."""
    found = [end for end in endings.initiatives(list(plans), on) if end.is_pressing]
    return _lines(found)[:SHOWN]


def of_forum(forum: Forum, user: Any, on: datetime.date) -> list[Line]:
    """Ends that press in the areas whose home forum this is, as far as the user may read them."""
    plans = labs.readable_plans(user, on).filter(lab__area__home_forum=forum)
    own = pressing(plans.values_list("pk", flat=True), on)
    return [*own, *windows_of_forum(forum, on)]


def windows_of_forum(forum: Forum, on: datetime.date) -> list[Line]:
    """Windows whose end presses, of the programmes whose windows this forum decides on."""
    programmes = Programme.objects.filter(
        areas__home_forum=forum, closed_at=None, pk__in=Window.objects.values("programme")
    ).distinct()
    return _lines(
        [
            end
            for programme in programmes.order_by("pk")
            if _decides_windows(programme, forum)
            for end in endings.windows(programme, on)
            if end.is_pressing
        ]
    )


def of_posts(posts: Iterable[int], on: datetime.date) -> list[Line]:
    """Ends that press of the initiatives these posts lead."""
    wanted = set(posts)
    if not wanted:
        return []
    plans = Plan.objects.filter(initiatives__lead__in=wanted, initiatives__until_revision=None)
    own = endings.initiatives(list(plans.values_list("pk", flat=True).distinct()), on)
    found = [end for end in own if end.is_pressing and end.lead and end.lead.pk in wanted]
    return _lines(found)


def _lines(found: list[End]) -> list[Line]:
    if not found:
        return []
    keys = [end.key for end in found if end.key is not None]
    windows = [end.window.pk for end in found if end.window is not None]
    rows = EndProposal.objects.filter(
        Q(initiative_key__in=keys) | Q(window__in=windows), motion__state=Motion.State.OPEN
    ).select_related("motion")
    open_ones = {(row.initiative_key or row.window_id, row.end_on): row.motion for row in rows}
    return [Line(end, open_ones.get((_id(end), end.ends_on))) for end in found]


def _id(end: End) -> Any:
    return end.key or (end.window.pk if end.window else None)


def _sorted(lines: list[Line]) -> Ends:
    settled = (rules.WINDING_DOWN, rules.STOPPED, rules.ADAPTING)
    return Ends(
        pressing=[line for line in lines if line.end.is_pressing][:SHOWN],
        later=[line for line in lines if line.end.state == rules.RUNNING][:SHOWN],
        settled=[line for line in lines if line.end.state in settled][:SHOWN],
    )


def open_proposal(end: End) -> EndProposal | None:
    """The motion about this end that awaits its decision."""
    found = EndProposal.objects.filter(end_on=end.ends_on, motion__state=Motion.State.OPEN)
    if end.window is not None:
        return found.filter(window=end.window).first()
    return found.filter(initiative_key=end.key).first()


def of_proposal(proposal: EndProposal, on: datetime.date) -> End:
    """The end a proposal is about, as it stands; the bare fact where it is no longer there."""
    if proposal.window is not None:
        return endings.one_window(proposal.window, on)
    found = None
    if proposal.plan is not None and proposal.initiative_key is not None:
        found = endings.one_initiative(proposal.plan, proposal.initiative_key, on)
    bare = End(title=str(proposal.initiative_key), ends_on=proposal.end_on, state=rules.EXPIRED)
    return found or replace(bare, plan=proposal.plan, key=proposal.initiative_key)


def programme_of(end: End) -> Programme:
    """The programme an end belongs to."""
    if end.window is not None:
        return end.window.programme
    if end.plan is None:
        raise ValueError("an end is of a plan or of a window")
    return end.plan.lab.area.programme


def forum_of(end: End) -> Forum | None:
    """Who decides: the area's home forum; of a window the nearest one common to all areas.

    None for the windows of a programme that has no areas yet.
    """
    if end.plan is not None:
        return end.plan.lab.area.home_forum
    return _of_windows(programme_of(end))


def _of_windows(programme: Programme) -> Forum | None:
    areas = ResultArea.objects.filter(programme=programme).select_related("home_forum")
    homes = [area.home_forum for area in areas]
    return (ladders.nearest_common(homes) or homes[0]) if homes else None


def _decides_windows(programme: Programme, forum: Forum) -> bool:
    decides = _of_windows(programme)
    return decides is not None and ladders.sitting_for(decides).pk == forum.pk


def is_restricted(end: End) -> bool:
    """Whether the lab it belongs to is kept to named forums."""
    return end.plan is not None and end.plan.lab.restricted_to.exists()
