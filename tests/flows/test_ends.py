"""An initiative and a window come to their end: continue, adapt or stop, through the pages."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from forums.models import Action, Motion
from labs.models import EndChoice, ProgrammeReader, Revision, Window
from labs.selectors import endings, plans
from labs.services import labs as lab_services
from labs.services import revisions
from reviews.models import EndProposal
from reviews.selectors import ends
from reviews.services import voting
from reviews.services.ends import AlreadyProposed, put
from tests.factories import labs as make_labs
from tests.factories import people as make_people
from tests.factories import reviews as make

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.ON
EXPIRES = datetime.date(2020, 1, 31)
PAST = datetime.datetime(2020, 3, 2, 2, 0, tzinfo=datetime.UTC)


@pytest.fixture
def draft():
    """A plan in force whose initiative expires at the end of January 2020."""
    found = make.in_force()
    plan = found.revision.plan
    plan.refresh_from_db()
    key = make_labs.key_of(plan, "More patrols")
    change = make_labs.revision_of(plan)
    revisions.edit(
        revision=change,
        part="initiative",
        key=key,
        fields={"expires_on": EXPIRES.isoformat()},
        reason="Trial",
        by=make_labs.SYSTEM,
        at=make.BEFORE,
    )
    make_labs.adopt(change, at=make.BEFORE)
    plan.refresh_from_db()
    return found


@pytest.fixture
def plan(draft):
    return make_labs.Plan.objects.select_related("lab__area__programme").get(
        pk=draft.revision.plan_id
    )


def end_of(plan, on=ON):
    return endings.one_initiative(plan, make_labs.key_of(plan, "More patrols"), on)


def choose(user, plan, at=AT, **given):
    client = Client()
    client.force_login(user)
    key = make_labs.key_of(plan, "More patrols")
    with time_machine.travel(at, tick=False):
        return client.post(
            reverse("reviews:end", args=[plan.pk, key]),
            {"reason": "It works", "mode": "chair", **given},
        )


def look(user, address: str, at=AT) -> str:
    client = Client()
    client.force_login(user)
    with time_machine.travel(at, tick=False):
        return client.get(address).content.decode()


def test_continuing_moves_the_end_by_the_same_decision(draft, plan):
    unit = draft.place.unit
    assert choose(unit, plan, choice="continue", until="2020-04-15").status_code == 302
    motion = Motion.objects.get(state="open")
    assert motion.forum == draft.place.home
    assert choose(unit, plan, choice="stop", until="2020-04-15").status_code == 200
    decision = make.carry(motion)
    chosen = EndChoice.objects.get()
    assert (chosen.choice, chosen.until, chosen.decision) == (
        "continue",
        datetime.date(2020, 4, 15),
        decision,
    )
    plan.refresh_from_db()
    assert plan.in_force.decision == decision
    assert end_of(plan).ends_on == datetime.date(2020, 4, 15)
    assert plan.in_force.changes.count() == 1


def test_what_moves_it_over_the_limits_goes_to_the_forum_they_name(draft, plan):
    choose(draft.place.unit, plan, choice="continue", until="2021-01-31")
    assert Motion.objects.get(state="open").forum == draft.place.steering


def test_stopping_winds_down_and_then_it_is_over(draft, plan):
    choose(draft.place.unit, plan, choice="stop", until="2020-03-31")
    make.carry(Motion.objects.get(state="open"))
    assert end_of(plan).state == "winding_down"
    assert end_of(plan, datetime.date(2020, 3, 31)).state == "winding_down"
    assert end_of(plan, datetime.date(2020, 4, 1)).state == "stopped"
    text = look(draft.place.unit, reverse("labs:plan", args=[plan.pk]), PAST)
    assert "Winding down" in text
    plan.refresh_from_db()
    plan.lab.refresh_from_db()
    with pytest.raises(Exception, match="no end"):
        put(
            end=end_of(plan),
            choice="continue",
            until=datetime.date(2021, 1, 1),
            reason="After all",
            by=make.actor(draft.place.unit),
            at=AT,
        )


def test_adapting_opens_a_draft_and_gives_its_lead_a_day(draft, plan):
    choose(draft.place.unit, plan, choice="adapt", until="2019-06-30")
    decision = make.carry(Motion.objects.get(state="open"))
    proposal = EndProposal.objects.get()
    assert proposal.revision.state == Revision.State.DRAFT
    assert EndChoice.objects.get().choice == "adapt"
    action = Action.objects.get()
    assert (action.due_on, action.decision) == (datetime.date(2019, 6, 30), decision)
    lead = plans.content(plan).initiatives[make_labs.key_of(plan, "More patrols")].lead_id
    assert action.owner_id == lead
    assert end_of(plan, datetime.date(2019, 6, 30)).state == "adapting"
    assert end_of(plan, datetime.date(2019, 7, 1)).state == "overdue"


def test_past_its_end_it_is_flagged_everywhere_and_never_stopped(draft, plan):
    unit = draft.place.unit
    code = plan.lab.area.programme.code
    flag = "Expired, no choice made"
    for address in (
        reverse("reviews:ends", args=[code]),
        reverse("labs:plan", args=[plan.pk]),
        f"{reverse('reviews:board')}?programme={code}",
        reverse("reviews:agenda", args=[draft.place.home.pk]),
        reverse("reviews:portfolio", args=[code]),
    ):
        assert flag in look(unit, address, PAST), address
        assert flag not in look(unit, address, AT), address
    lead = plans.content(plan).initiatives[make_labs.key_of(plan, "More patrols")].lead_id
    holder = make_people.holder(make_people.Post.objects.get(pk=lead))
    assert flag in look(holder, reverse("reviews:desk"), PAST)
    assert end_of(plan, PAST.date()).state == "expired"


def test_soon_before_its_end_the_home_forum_has_it_on_its_agenda(draft, plan):
    near = datetime.datetime(2020, 1, 10, 2, 0, tzinfo=datetime.UTC)
    address = reverse("reviews:agenda", args=[draft.place.home.pk])
    assert "More patrols" in look(draft.place.unit, address, near)
    assert "More patrols" not in look(draft.place.unit, address, AT)


def test_a_motion_that_is_lost_or_withdrawn_leaves_the_plan_as_it_was(draft, plan):
    unit = draft.place.unit
    choose(unit, plan, choice="continue", until="2020-04-15")
    motion = Motion.objects.get(state="open")
    voting.withdraw(motion=motion, reason="Too soon", by=make.actor(unit), at=AT)
    proposal = EndProposal.objects.get()
    assert proposal.revision.state == Revision.State.WITHDRAWN
    choose(unit, plan, choice="stop", until="2020-04-15")
    motion = Motion.objects.get(state="open")
    voter = motion.voters.get(presides=True)
    voting.vote(
        motion=motion,
        post=voter.post,
        choice="against",
        reason="It works",
        by=make.actor(make.person_in(voter.post), voter.post),
        at=AT,
    )
    assert not EndChoice.objects.exists()
    assert end_of(plan).ends_on == EXPIRES


def test_who_may_put_it_and_who_then_has_no_vote(draft, plan):
    outsider = make_people.ministry_officer(plan.lab.area.lead)
    assert choose(outsider, plan, choice="stop", until="2020-04-15").status_code == 403
    stranger = make_people.ministry_officer()
    assert choose(stranger, plan, choice="stop", until="2020-04-15").status_code == 404
    member = draft.place.home.memberships.order_by("pk").last().post
    person = make.person_in(member)
    assert choose(person, plan, choice="stop", until="2020-04-15").status_code == 302
    motion = Motion.objects.get(state="open")
    assert motion.voters.get(post=member).barred_because


def test_what_is_typed_stays_and_says_what_to_mend(draft, plan):
    answer = choose(draft.place.unit, plan, choice="continue", until="2019-12-31", reason="Good")
    form = answer.context["form"]
    assert "until" in form.errors
    assert form["reason"].value() == "Good"
    answer = choose(draft.place.unit, plan, choice="continue")
    assert "until" in answer.context["form"].errors
    assert not Motion.objects.filter(state="open").exists()


def test_a_second_motion_about_one_end_is_refused(draft, plan):
    given = {"choice": "adapt", "until": datetime.date(2019, 6, 30), "reason": "x"}
    by = make.actor(draft.place.unit)
    put(end=end_of(plan), **given, by=by, at=AT)
    with pytest.raises(AlreadyProposed):
        put(end=end_of(plan), **given, by=by, at=AT)


def test_a_window_closes_later_or_is_given_up(draft, plan):
    window = Window.objects.create(
        programme=plan.lab.area.programme,
        title="Trade preference",
        opens_on=datetime.date(2018, 1, 1),
        closes_on=datetime.date(2019, 6, 30),
        at=AT,
    )
    assert ends.of_programme(window.programme, draft.place.unit, ON).pressing
    client = Client()
    client.force_login(draft.place.unit)
    address = reverse("reviews:window_end", args=[window.pk])
    with time_machine.travel(AT, tick=False):
        assert client.get(address).status_code == 200
        given = {"choice": "continue", "until": "2021-06-30", "reason": "Renewed", "mode": "chair"}
        assert client.post(address, given).status_code == 302
    make.carry(Motion.objects.get(state="open"))
    window.refresh_from_db()
    assert window.closes_on == datetime.date(2021, 6, 30)
    assert EndChoice.objects.get().window == window
    with time_machine.travel(AT, tick=False):
        client.post(address, {"choice": "stop", "reason": "Nobody uses it", "mode": "chair"})
    make.carry(Motion.objects.get(state="open"))
    assert endings.one_window(window, datetime.date(2021, 7, 1)).state == "stopped"


def test_a_restricted_plan_is_not_named_to_others(draft, plan):
    lab_services.restrict(
        lab=plan.lab, forums=[make_labs.LabForumFactory()], by=make_labs.SYSTEM, at=AT
    )
    reader = make_people.ministry_officer()
    organisation = make_people.post_of(reader).organisation
    ProgrammeReader.objects.create(programme=plan.lab.area.programme, organisation=organisation)
    for name in ("ends", "portfolio"):
        address = reverse(f"reviews:{name}", args=[plan.lab.area.programme.code])
        assert "More patrols" not in look(reader, address, PAST)
