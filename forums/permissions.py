"""Who may read and do what in forums. Asked by pages and the API alike.

Decisions are open to the readers of what they decide about; forums know no
subject, so the setting DECISION_READERS names the function above that knows:
``readable(user, motion_ids, *, on) -> set[int]``. Discussion stays with the forum.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from forums.models import Action, Attendance, Decision, Forum, Meeting, Motion, Voter
from forums.selectors import ladders, meetings, members, motions
from people.models import Post
from people.selectors import people


def oversees(user: Any) -> bool:
    """Delivery unit and auditors see what every forum does."""
    return people.is_delivery_unit(user) or people.is_auditor(user)


def may_read_interests(user: Any, *, on: date) -> bool:
    """Where somebody ruled with an interest stated: listed for auditors (fact 9)."""
    return people.is_auditor(user)


def takes_part(user: Any, forum: Forum, *, on: date) -> bool:
    """Whether the user sits in the forum or keeps its minutes."""
    return bool(people.post_ids_of(user, on) & members.posts_around(forum, on))


def may_manage_forums(user: Any, forum: Forum | None = None, *, on: date) -> bool:
    """The delivery unit and administrators found, change and close forums."""
    return people.is_delivery_unit(user) or people.is_administrator(user)


def discussed(user: Any, *, on: date) -> QuerySet[Motion]:
    """Motions whose discussion the user may read.

    That is the forum's, of those with a place in the motion, of who put it, and of
    overseers; a restricted one the delivery unit does not see.
    """
    if people.is_auditor(user):
        return Motion.objects.all()
    unrestricted = Q(restricted=False) if people.is_delivery_unit(user) else Q(pk__in=[])
    return Motion.objects.filter(unrestricted | _own(user, on))


def _own(user: Any, on: date) -> Q:
    """Motions of the user's forums, with a place for a post of theirs, or put by them."""
    places = Voter.objects.filter(post__in=people.post_ids_of(user, on)).values("motion")
    mine = Q(forum__in=members.forum_ids_of(user, on)) | Q(pk__in=places)
    return mine | Q(by_user=user.pk) | Q(principal=user.pk)


def may_read_motion(user: Any, motion: Motion, *, on: date) -> bool:
    """Whether this one is among them."""
    return discussed(user, on=on).filter(pk=motion.pk).exists()


def readable_motions(user: Any, motion_ids: Iterable[int], *, on: date) -> set[int]:
    """Those of these motions whose *decision* the user may read.

    Whoever may read the discussion, and, unless it is restricted, the readers of
    what it decides.
    """
    found = Motion.objects.filter(pk__in=set(motion_ids))
    inside = discussed(user, on=on).filter(pk__in=found.values("pk"))
    readable = set(inside.values_list("pk", flat=True))
    others = found.filter(restricted=False).exclude(pk__in=readable).values_list("pk", flat=True)
    return readable | open_to_readers(user, set(others), on=on)


def open_to_readers(user: Any, motion_ids: set[int], *, on: date) -> set[int]:
    """What the policy of the app above opens to this user."""
    if not motion_ids:
        return set()
    readable: set[int] = import_string(settings.DECISION_READERS)(user, motion_ids, on=on)
    return readable & motion_ids


def may_read_decision(user: Any, decision: Decision, *, on: date) -> bool:
    """Open to the readers of what it decides; restricted ones to the forum alone."""
    if decision.motion_id in readable_motions(user, [decision.motion_id], on=on):
        return True
    return decision.principal_post_id in people.post_ids_of(user, on)


def voting_posts(user: Any, motion: Motion, *, on: date) -> list[Post]:
    """The user's posts that may still vote on this motion; one person has one vote."""
    if motion.state != Motion.State.OPEN or motions.has_voted(motion, user.pk):
        return []
    held = {post.pk: post for post in people.posts_of(user, on)}
    free = motion.voters.filter(post__in=held, barred_because="", vote=None).order_by("-presides")
    interest = motions.interest_of(motion, user, on)
    return [held[voter.post_id] for voter in free if not interest or voter.interest_stated]


def voting_post(user: Any, motion: Motion, *, on: date) -> Post | None:
    """The post in which the user may vote, who presides first."""
    return next(iter(voting_posts(user, motion, on=on)), None)


def putting_post(user: Any, forum: Forum, *, on: date) -> Post | None:
    """The post in which the user may put a motion: chair, alternate, secretary or core member."""
    core = {post.pk for post in members.members(forum, on)}
    core |= {pk for pk in (forum.alternate_id, forum.secretary_id) if pk is not None}
    return next((post for post in people.posts_of(user, on) if post.pk in core), None)


def minuting_post(user: Any, motion: Motion, *, on: date) -> Post | None:
    """The secretary's post, for whoever may enter the forum's decision from its minute."""
    if motion.state != Motion.State.OPEN or motions.interest_of(motion, user, on):
        return None
    secretary = motion.forum.secretary_id
    return next((post for post in people.posts_of(user, on) if post.pk == secretary), None)


def chairing_post(user: Any, forum: Forum, *, on: date) -> Post | None:
    """The chair's post, for whoever holds it, also acting."""
    return next((post for post in people.posts_of(user, on) if post.pk == forum.chair_id), None)


def answering_post(user: Any, decision: Decision, *, on: date) -> Post | None:
    """The post in which the user may confirm or repudiate a decision entered for it."""
    if decision.standing != Decision.Standing.AWAITED:
        return None
    held = people.posts_of(user, on)
    return next((post for post in held if post.pk == decision.principal_post_id), None)


def doing_post(user: Any, action: Action, *, on: date) -> Post | None:
    """The accountable post, while there is something to do."""
    if action.state != Action.State.OPEN:
        return None
    return next((post for post in people.posts_of(user, on) if post.pk == action.owner_id), None)


def may_verify_action(user: Any, action: Action, *, on: date) -> bool:
    """The verifying post or the delivery unit; never who did it or owns it (fact 9)."""
    held = people.post_ids_of(user, on)
    if action.state != Action.State.DONE or user.pk == action.done_by_id:
        return False
    if action.owner_id in held:
        return False
    return action.verifier_id in held or people.is_delivery_unit(user)


def withdrawing_post(user: Any, action: Action, *, on: date) -> Post | None:
    """The chair's or the secretary's post of the forum that decided on an open action.

    Never for who answers for it: nobody lets themselves off.
    """
    held = people.posts_of(user, on)
    if action.state != Action.State.OPEN or action.decision is None:
        return None
    if any(post.pk == action.owner_id for post in held):
        return None
    forum = ladders.sitting_for(action.decision.motion.forum)
    offices = [pk for pk in (forum.chair_id, forum.secretary_id) if pk is not None]
    return next((post for pk in offices for post in held if post.pk == pk), None)


def may_withdraw_action(user: Any, action: Action, *, on: date) -> bool:
    """Chair and secretary of the forum that decided; where none did, the delivery unit."""
    if action.decision is not None:
        return withdrawing_post(user, action, on=on) is not None
    own = action.owner_id in people.post_ids_of(user, on)
    return action.state == Action.State.OPEN and people.is_delivery_unit(user) and not own


def may_read_action(user: Any, action: Action, *, on: date) -> bool:
    """Owner, verifier and whoever may read the decision behind it.

    Without a decision overseers, and the readers of what it came of: the setting
    ACTION_READERS names the function above that knows, ``readable(user, action, *, on)``.
    """
    if {action.owner_id, action.verifier_id} & people.post_ids_of(user, on):
        return True
    if action.decision is not None:
        return may_read_decision(user, action.decision, on=on)
    return oversees(user) or bool(import_string(settings.ACTION_READERS)(user, action, on=on))


def convening_post(user: Any, forum: Forum, *, on: date) -> Post | None:
    """The post in which the user runs a forum's meetings: chair, alternate or secretary."""
    offices = (forum.chair_id, forum.alternate_id, forum.secretary_id)
    held = {post.pk: post for post in people.posts_of(user, on)}
    return next((held[pk] for pk in offices if pk in held), None)


def may_run_meetings(user: Any, forum: Forum, *, on: date) -> bool:
    """Rhythms, calling together, moving, who came, minutes: its offices and the delivery unit."""
    if forum.closed_on is not None:
        return False
    return people.is_delivery_unit(user) or convening_post(user, forum, on=on) is not None


def may_read_minutes(user: Any, meeting: Meeting, *, on: date) -> bool:
    """Who sits in the forum or had a place at the meeting, the delivery unit and auditors.

    What of it is restricted the app above knows: see reviews.permissions.meetings.
    """
    if oversees(user) or takes_part(user, meeting.forum, on=on):
        return True
    places = Attendance.objects.filter(meeting=meeting)
    return places.filter(post__in=people.post_ids_of(user, on)).exists()


def signing_post(user: Any, meeting: Meeting, *, on: date) -> Post | None:
    """The post in which the user may sign the minutes as they stand."""
    if meeting.state != Meeting.State.HELD or meeting.signed_at or not meeting.minuted_at:
        return None
    held = {post.pk: post for post in people.posts_of(user, on)}
    wanted = meetings.signing_posts(meeting, user.pk)
    return next((held[pk] for pk in wanted if pk in held), None)
