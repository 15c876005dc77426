"""Forums at work: votes, meetings and their minutes, actions done and verified, lessons."""

from __future__ import annotations

from django.db.models import Q

from forums.models import Action, Meeting, Motion, Vote, Voter
from forums.selectors import members
from forums.services import actions, votes
from forums.services.sittings import Presence
from reviews.models import LessonAsk
from reviews.services import lessons, sittings, voting
from simulator.world import World, in_order

TOO_LONG = 40  # working days; a motion that nobody decided is taken back
AGAIN = 3  # working days until somebody whose vote had to wait tries once more
PRESENCES = (*("present",) * 5, "delegate", "apologies", "absent")
UNSAID = 0.4  # share of the meetings nobody could preside over that nobody cancels either


def vote_on_all(world: World) -> None:
    """Each free place votes within days; who presides comes last, having heard the others."""
    for motion in in_order(Motion.objects.filter(state=Motion.State.OPEN)):
        age = world.age(motion.at)
        if age > TOO_LONG:
            world.do(voting.withdraw, motion=motion, reason="Nobody decided it", by=world.unit())
            continue
        if age == 1 and _taken_back(world, motion):
            continue
        voters = motion.voters.filter(barred_because="", vote=None)
        rows = in_order(voters.select_related("post__organisation"))
        for voter in sorted(rows, key=lambda voter: voter.presides):
            if _vote(world, motion, voter, age):
                break


def _taken_back(world: World, motion: Motion) -> bool:
    """Whoever put it in error takes it back the next day."""
    by = world.in_post(motion.by_post_id)
    rate = world.scenario.motion_withdrawn
    if by is None or not world.chance.happens(rate, "put in error", motion.pk):
        return False
    reason = "Put in error: a figure in it is wrong"
    return world.do(voting.withdraw, motion=motion, reason=reason, by=by) is not None


def _vote(world: World, motion: Motion, voter: Voter, age: int) -> bool:
    """Whether this vote decided the motion."""
    low, high = (3, 8) if voter.presides else (1, 6)
    by = world.in_post(voter.post_id)
    waited = age - world.chance.whole(low, high, "votes", motion.pk, voter.pk)
    if by is None or waited < 0 or waited % AGAIN:
        return False
    if Vote.objects.filter(Q(principal=by.user_id) | Q(by_user=by.user_id), motion=motion).exists():
        return False
    choice = "against"
    if world.chance.happens(world.scenario.votes_for, "for", motion.pk, voter.pk):
        choice = "for"
    if votes.interest_of_act(motion, voter, by, world.day):
        choice = "stood_aside"
    decision = world.do(
        voting.vote,
        motion=motion,
        post=voter.post,
        choice=choice,
        reason="As the file stands",
        by=by,
    )
    return decision is not None


def hold_meetings(world: World) -> None:
    """Meetings whose time has come are held by whoever may preside; minutes are signed later."""
    due = Meeting.objects.filter(state=Meeting.State.PLANNED, starts_at__lt=world.clock.now())
    for meeting in in_order(due.select_related("forum")):
        _hold(world, meeting)
    held = Meeting.objects.filter(state=Meeting.State.HELD, signed_at=None)
    for meeting in in_order(held.select_related("forum", "chaired_by")):
        age = world.age(meeting.starts_at)
        secretary = world.in_post(meeting.forum.secretary_id)
        if not meeting.minutes and age >= 2 and secretary is not None:
            text = "What was on the agenda was gone through."
            world.do(sittings.write_minutes, meeting=meeting, minutes=text, by=secretary)
        elif meeting.minutes and age >= 4 and meeting.chaired_by is not None:
            by = world.in_post(meeting.chaired_by)
            if by is not None:
                world.do(sittings.sign, meeting=meeting, post=meeting.chaired_by, by=by)


def _hold(world: World, meeting: Meeting) -> None:
    forum = meeting.forum
    posts = members.members(forum, world.day)
    came = []
    for post in posts:
        presence = world.chance.one_of(PRESENCES, "came", meeting.pk, post.pk)
        if world.in_post(post) is None:
            presence = "absent"
        delegate = "Somebody of the office" if presence == "delegate" else ""
        came.append(Presence(post.pk, presence, delegate, rank=None))
    chairs = [post for post in (forum.chair, forum.alternate) if post is not None]
    here = {each.post_id for each in came if each.presence == "present"}
    chair = next((post for post in chairs if post.pk in here), None)
    by = world.in_post(forum.secretary_id) or world.unit()
    if chair is None:
        if world.chance.happens(UNSAID, "unsaid", meeting.pk):
            return
        reason = "Nobody who may preside could come"
        world.do(sittings.cancel, meeting=meeting, reason=reason, by=by)
        return
    world.do(sittings.hold, meeting=meeting, attendance=came, chaired_by=chair, by=by)


def act(world: World) -> None:
    """Owners do what was decided, in time, late, or long after; others verify it."""
    for action in in_order(Action.objects.filter(state=Action.State.OPEN)):
        days = _days_for(world, action)
        by = world.in_post(action.owner_id)
        if by is not None and world.age(action.at) >= days:
            world.do(actions.done, action=action, note="Done, see the report", by=by)
    for action in in_order(Action.objects.filter(state=Action.State.DONE)):
        if action.done_at is not None and world.age(action.done_at) >= 3:
            by = world.in_post(action.verifier_id) if action.verifier_id else world.unit()
            if by is not None and by.user_id != action.done_by_id:
                world.do(actions.verify, action=action, by=by)


def _days_for(world: World, action: Action) -> int:
    """Working days until it is done; most are due after twenty."""
    chance, scenario = world.chance, world.scenario
    if chance.happens(scenario.action_left, "left", "action", action.pk):
        return chance.whole(60, 150, "done", action.pk)
    if chance.happens(scenario.action_late, "late", "action", action.pk):
        return chance.whole(22, 60, "done", action.pk)
    return 14


def learn(world: World) -> None:
    """Whoever is asked for a lesson has one, or nothing new."""
    for ask in in_order(LessonAsk.objects.filter(answer="").select_related("programme")):
        by = world.in_post(ask.post_id)
        if by is None or world.age(ask.asked_at) < world.chance.whole(2, 20, "learns", ask.pk):
            continue
        if world.chance.happens(0.3, "lesson", ask.pk):
            said = {"title": "Ask the others first", "text": "It saves a quarter."}
            programme = None if ask.programme_id else world.programme
            world.do(lessons.answer, ask=ask, programme=programme, by=by, **said)
        else:
            world.do(lessons.nothing_new, ask=ask, by=by)
