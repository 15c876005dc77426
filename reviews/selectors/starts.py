"""Where a new dispute starts: the nearest forum above all home forums concerned."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from forums.models import Forum
from forums.selectors import ladders
from labs.models import ResultArea
from people.models import Organisation
from reviews.rules import ladder as rules


def ladder(area: ResultArea, parties: Sequence[Organisation], on: date) -> list[Forum]:
    """The forums a dispute about something in ``area`` would climb, lowest first.

    Concerned are the area's home forum and those of areas the parties lead in the
    same programme; when all parties sit in the area's home forum it starts there.
    Raises rules.Illegal when there is no such ladder.
    """
    subject = ladders.ladder_from(area.home_forum)
    by_id = {forum.pk: forum for forum in subject}
    rungs = rules.start(
        [forum.pk for forum in subject],
        [[forum.pk for forum in one] for one in _concerned(area, parties)],
        all_sit_in(subject[0], parties, on),
    )
    return [by_id[pk] for pk in rungs]


def conflict_ladder(area: ResultArea, common: Sequence[Forum]) -> list[Forum]:
    """The ladder from the area's conflict forum, up to the top that ``common`` ends at too.

    Raises rules.Illegal when the area has none, or it stands elsewhere.
    """
    if area.conflict_forum is None:
        raise rules.Illegal("no_conflict_forum")
    forums = ladders.ladder_from(area.conflict_forum)
    by_id = {forum.pk: forum for forum in forums}
    rungs = rules.conflict_start([forum.pk for forum in forums], [forum.pk for forum in common])
    return [by_id[pk] for pk in rungs]


def _concerned(area: ResultArea, parties: Sequence[Organisation]) -> list[list[Forum]]:
    led = ResultArea.objects.filter(programme=area.programme_id, lead__in=parties)
    homes = {other.home_forum_id: other.home_forum for other in led.select_related("home_forum")}
    return [ladders.ladder_from(forum) for forum in homes.values()]


def all_sit_in(forum: Forum, parties: Sequence[Organisation], on: date) -> bool:
    """Whether every party has a place that votes in the forum."""
    seated = {post.organisation_id for post in ladders.members(forum, on)}
    return {party.pk for party in parties} <= seated
