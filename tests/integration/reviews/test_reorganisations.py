"""Mergers and splits: posts move, what is open follows, what is past stays."""

from __future__ import annotations

import datetime

import pytest

from forums.models import Motion
from labs.models import Change, Dependency, ProgrammeReader, ResultArea, Revision, Seat
from ledger.models import Event
from people.models import Organisation, Post, PostMove, Reorganisation
from people.selectors import continuity
from people.services.reorganisations import AlreadyGone, NotYet
from reviews.models import Dispute, Party
from reviews.selectors import standing
from reviews.services import reorganisations as services
from tests.factories import disputes as make_disputes
from tests.factories import forums as make_forums
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.people import OrganisationFactory, PostFactory, actor

pytestmark = pytest.mark.django_db
AT, ON = make.AT, make.AT.date()
DAY = datetime.timedelta(days=1)


def organisation(name: str) -> Organisation:
    return OrganisationFactory(name=name, short_name=name)


def merge(*organisations: Organisation, **given: object) -> Reorganisation:
    fields = {"on": ON, "today": ON, "reason": "One roof", "by": actor(), "at": AT}
    return services.merge(organisations=list(organisations), **fields | given)


def split(organisation: Organisation, parts: list, posts: dict, **given: object):
    fields = {"on": ON, "today": ON, "reason": "Too large", "by": actor(), "at": AT}
    return services.split(organisation=organisation, parts=parts, posts=posts, **fields | given)


def test_two_ministries_become_a_new_one_with_all_their_posts() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    one = PostFactory(organisation=works, title="Director")
    two = PostFactory(organisation=roads, title="Director")
    made = merge(works, roads, name="Infrastructure", reference="Act 7")
    new = Organisation.objects.get(name="Infrastructure")
    assert set(new.posts.values_list("pk", flat=True)) == {one.pk, two.pk}
    assert {each.successor for each in (_again(works), _again(roads))} == {new}
    assert PostMove.objects.filter(reorganisation=made).count() == 2
    assert made.told["from"] == ["Works", "Roads"]
    assert made.told["titles"] == {str(two.pk): "Director"}
    assert continuity.posts_at(Post.objects.filter(pk=two.pk), ON - DAY) == {
        two.pk: "Director, Roads"
    }
    assert Event.objects.filter(verb="organisation.merged").count() == 1


def _again(thing):
    return type(thing).objects.get(pk=thing.pk)


def test_what_is_led_and_sat_in_follows_while_it_is_open() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    running = make_labs.AreaFactory(lead=works)
    closed = make_labs.AreaFactory(
        lead=works,
        programme=make_labs.ProgrammeFactory(closed_at=AT, closed_because="It is over"),
    )
    lab = make_labs.open_lab(running)
    over = make_labs.open_lab(running, title="Over")
    type(over).objects.filter(pk=over.pk).update(closed_at=AT)
    seats = [Seat.objects.create(lab=each, organisation=works) for each in (lab, over)]
    merge(works, into=roads)
    assert _again(running).lead == roads
    assert _again(closed).lead == works
    assert [_again(seat).organisation for seat in seats] == [roads, works]
    assert ProgrammeReader.objects.filter(programme=closed.programme, organisation=roads).exists()


def test_a_second_seat_in_a_lab_stays_as_what_was_said_and_is_no_longer_core() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    lab = make_labs.open_lab()
    mine = Seat.objects.create(lab=lab, organisation=works)
    theirs = Seat.objects.create(lab=lab, organisation=roads)
    made = merge(works, into=roads)
    assert (_again(mine).organisation, _again(mine).kind) == (works, Seat.Kind.INVITED)
    assert _again(theirs).kind == Seat.Kind.CORE
    assert made.told["kinds"]["joined_seats"]["count"] == 1


def test_an_open_dispute_follows_and_an_ended_one_stays() -> None:
    works, roads, other = (organisation(name) for name in ("Works", "Roads", "Other"))
    for each in (works, other):
        make_disputes.ministry_officer(each)
    dispute = make_disputes.open_dispute(parties=[works, other])
    ended = make_disputes.settled(parties=[works, other])
    merge(works, into=roads)
    assert {p.organisation for p in standing.parties(dispute)} == {roads, other}
    assert set(ended.parties.values_list("organisation", flat=True)) == {works.pk, other.pk}


def test_parties_that_merge_speak_as_one_and_the_dispute_says_so(client, today) -> None:
    works, roads = organisation("Works"), organisation("Roads")
    for each in (works, roads):
        make_disputes.ministry_officer(each)
    dispute = make_disputes.open_dispute(parties=[works, roads])
    merge(works, into=roads)
    sides = standing.parties(dispute)
    assert [side.organisation for side in sides] == [roads]
    left = Party.objects.get(dispute=dispute, organisation=works)
    assert "Roads" in left.withdrew_because
    assert _again(dispute).state == Dispute.State.OPEN
    client.force_login(make_disputes.officer_of(sides[0]))
    page = client.get(f"/disputes/{dispute.pk}/").content.decode()
    assert "Only one party is left" in page


@pytest.fixture
def today():
    import time_machine

    with time_machine.travel(AT, tick=False):
        yield


def test_parties_that_both_join_a_new_one_are_one() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    for each in (works, roads):
        make_disputes.ministry_officer(each)
    dispute = make_disputes.open_dispute(parties=[works, roads])
    made = merge(works, roads, name="Infrastructure")
    assert [side.organisation.name for side in standing.parties(dispute)] == ["Infrastructure"]
    assert made.told["kinds"]["one_side"]["count"] == 1


def test_who_stood_aside_in_an_open_motion_still_does() -> None:
    from forums.rules.interests import Interests
    from forums.selectors import motions
    from tests.factories.forums import person_in

    works, roads = organisation("Works"), organisation("Roads")
    post = make_forums.held_post("Director", works)
    motion = make_forums.put(
        make_forums.make_forum(), barred=Interests(organisations={works.pk: "Works is a party"})
    )
    user = person_in(post)
    merge(works, into=roads)
    make_disputes.forum_factory.people.forget(user)
    assert motions.interest_of(Motion.objects.get(pk=motion.pk), user, ON) == "Works is a party"


def test_who_may_rule_in_a_dispute_that_ended_before_a_merger() -> None:
    works, roads, other = (organisation(name) for name in ("Works", "Roads", "Other"))
    for each in (works, other):
        make_disputes.ministry_officer(each)
    dispute = make_disputes.ruled(parties=[works, other])
    merge(works, into=roads)
    assert roads.pk in standing.interests(_again(dispute)).organisations


def test_what_others_need_of_it_follows_in_one_recorded_revision() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    plan = make_labs.draft_plan(milestones=2)
    draft = make_labs.open_draft(plan)
    steps = list(
        draft.changes.filter(part="milestone", field="title").values_list("key", flat=True)
    )
    for step in steps:
        make_labs.add(
            draft,
            "dependency",
            milestone_key=str(step),
            title="A road",
            provider=str(works.pk),
            due_on="2019-06-01",
        )
    make_labs.adopt(make_labs.tested(draft))
    merge(works, into=roads)
    plan.refresh_from_db()
    assert (plan.in_force.number, plan.in_force.route) == (2, Revision.Route.OWNER)
    now = Dependency.objects.filter(plan=plan, until_revision=None)
    assert set(now.values_list("provider", flat=True)) == {roads.pk}
    then = Dependency.objects.filter(plan=plan, until_revision__number=2)
    assert set(then.values_list("provider", flat=True)) == {works.pk}
    assert Change.objects.filter(revision=plan.in_force, field="provider").count() == 2


def test_a_chain_of_mergers_works() -> None:
    first, second, third = (organisation(name) for name in ("First", "Second", "Third"))
    post = PostFactory(organisation=first, title="Head")
    area = make_labs.AreaFactory(lead=first)
    merge(first, into=second, on=ON - 10 * DAY)
    merge(_again(second), into=third)
    assert _again(post).organisation == third
    assert _again(area).lead == third
    said = [
        continuity.posts_at(Post.objects.filter(pk=post.pk), ON - n * DAY)[post.pk]
        for n in (11, 5, 0)
    ]
    assert said == ["Head, First", "Head, Second", "Head, Third"]


def test_merging_twice_does_it_once() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    merge(works, into=roads)
    with pytest.raises(AlreadyGone):
        merge(works, into=roads)
    with pytest.raises(AlreadyGone):
        merge(roads, into=_again(works))
    assert Reorganisation.objects.count() == 1


def test_a_merger_of_the_future_is_refused_and_leaves_nothing() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    with pytest.raises(NotYet):
        merge(works, roads, name="Infrastructure", on=ON + DAY)
    assert not Organisation.objects.filter(name="Infrastructure").exists()


def test_a_split_moves_the_posts_it_names_and_leaves_the_rest() -> None:
    works = organisation("Works")
    area = make_labs.AreaFactory(lead=works)
    goes = PostFactory(organisation=works, title="Head of roads")
    stays = PostFactory(organisation=works, title="Head of buildings")
    split(works, ["Roads"], {goes: 0}, areas={area: 0})
    roads = Organisation.objects.get(name="Roads")
    assert (_again(goes).organisation, _again(stays).organisation) == (roads, works)
    assert ResultArea.objects.get(pk=area.pk).lead == roads
    assert _again(works).successor is None
    event = Event.objects.get(verb="organisation.split")
    assert event.data["counts"]["posts"] == 1


def test_a_split_that_ends_it_leaves_what_is_left_to_the_main_successor() -> None:
    works, other = organisation("Works"), organisation("Other")
    lab = make_labs.open_lab()
    seat = Seat.objects.create(lab=lab, organisation=works)
    posts = [PostFactory(organisation=works) for _number in range(3)]
    split(works, ["Roads", other], {posts[0]: 1}, successor=0)
    roads = Organisation.objects.get(name="Roads")
    assert [_again(post).organisation for post in posts] == [other, roads, roads]
    assert _again(seat).organisation == roads
    assert _again(works).successor == roads


def test_a_seat_is_shown_under_whose_it_was_on_the_day() -> None:
    works, roads = organisation("Works"), organisation("Roads")
    seat = Seat.objects.create(lab=make_labs.open_lab(), organisation=works)
    merge(works, into=roads)
    seat = _again(seat)
    known = continuity.then()
    assert known.of("seat", seat, ON - DAY) == "Works"
    assert known.of("seat", seat, ON) == "Roads"
