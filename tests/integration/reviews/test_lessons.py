"""Lessons asked for when something ends, answered once, and offered where it happens again."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forums.models import Cycle, Meeting
from kpis.services import kpis as kpi_services
from labs.models import Lesson, LessonTerm, ProgrammeReader
from labs.selectors import lessons as lab_lessons
from labs.selectors import searching
from labs.services import labs, lesson_terms
from ledger.models import Event, Notice
from ledger.services.notices import recipient
from people.models import Appointment
from reviews.models import LessonAsk, Review
from reviews.selectors import desk as desks
from reviews.selectors import desk_lines, facing
from reviews.selectors import lessons as selectors
from reviews.services import lessons
from reviews.tasks import ask_for_lessons
from tests.factories import disputes as make_disputes
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import held_post, make_forum, person_in
from tests.factories.people import actor, auditor, delivery_unit, outsider, post_of
from tests.factories.people import actor as acting_as
from tests.worlds import Kept, Worlds

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
ANSWER = {"title": "Count next door too", "text": "Crime moved on.", "layer": "public"}


def closed_review(where: make.Place | None = None) -> tuple[Review, make.Draft]:
    review, draft = make.open_review(where)
    make.carry(make.propose(review).motion)
    review.refresh_from_db()
    return review, draft


@pytest.fixture(scope="session")
def kept(worlds: Worlds) -> Kept:
    return worlds.keep(closed_review)


@pytest.fixture
def closed(db, kept: Kept) -> tuple[Review, make.Draft]:
    return kept.again()


@pytest.fixture
def asked(closed) -> tuple[LessonAsk, make.Draft]:
    review, draft = closed
    return LessonAsk.objects.get(review=review), draft


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


# Asking


def test_closing_a_review_asks_its_owner_once(closed):
    review, draft = closed
    ask = LessonAsk.objects.get()
    assert (ask.review, ask.post, ask.programme) == (
        review,
        draft.place.owner,
        draft.place.programme,
    )
    owner = draft.place.owner_user
    assert Notice.objects.filter(recipient=recipient(owner.pk), event__verb="lesson.asked").exists()
    again = lessons.ask(review=review, post=draft.place.verifier, by=actor(), at=make.AT)
    assert again == ask
    assert Event.objects.filter(verb="lesson.asked").count() == 1


@pytest.mark.parametrize("given", [{}, {"review": True, "lab": True}])
def test_a_lesson_is_asked_about_one_thing(given, closed):
    review, draft = closed
    things = {"review": review, "lab": draft.revision.plan.lab}
    with pytest.raises(lessons.AskedOfOneThing):
        lessons.ask(
            post=draft.place.owner,
            by=actor(),
            at=make.AT,
            **{name: things[name] for name in given},
        )


def test_labs_that_ended_are_asked_about_once_by_the_sweep():
    ended = make_labs.open_lab()
    make_labs.open_lab(
        ended.area,
        starts_on=datetime.date(2019, 4, 1),
        ends_on=datetime.date(2019, 5, 30),
    )
    shut = make_labs.open_lab(ended.area, ends_on=datetime.date(2019, 5, 30))
    labs.close(lab=shut, because="Done", by=actor(), at=make.AT)
    long_ago = {"starts_on": datetime.date(2009, 1, 1), "ends_on": datetime.date(2009, 3, 1)}
    make_labs.open_lab(ended.area, **long_ago)
    assert ask_for_lessons() == {"labs": 2, "meetings": 0}
    assert ask_for_lessons() == {"labs": 0, "meetings": 0}
    assert set(LessonAsk.objects.values_list("lab", flat=True)) == {ended.pk, shut.pk}


def test_the_lead_organisation_at_the_table_answers_for_a_lab():
    lab = make_labs.open_lab()
    post = held_post("Delegate", lab.area.lead)
    make_labs.SeatFactory(lab=lab, organisation=lab.area.lead, post=post)
    ask_for_lessons()
    assert LessonAsk.objects.get().post == post


def meeting(rhythm: str, *, signed: bool = True) -> Meeting:
    forum = make_forum(f"Forum {rhythm} {signed}")
    cycle = Cycle.objects.create(forum=forum, rhythm=rhythm, first_on=datetime.date(2019, 1, 7))
    held = {"state": "held", "quorum": 1, "came": 1} if signed else {}
    sign = (
        {"signed_at": make.AT, "signed_by": person_in(forum.chair), "signed_in": forum.chair}
        if signed
        else {}
    )
    return Meeting.objects.create(
        forum=forum,
        cycle=cycle,
        slot=datetime.date(2019, 4, 1),
        starts_at=make.AT,
        call_on=datetime.date(2019, 3, 25),
        **held,
        **sign,
    )


def test_a_signed_meeting_of_a_half_year_asks_the_secretary():
    yes = [meeting("half_yearly"), meeting("yearly")]
    meeting("monthly")
    meeting("yearly", signed=False)
    assert ask_for_lessons()["meetings"] == 2
    assert ask_for_lessons()["meetings"] == 0
    found = LessonAsk.objects.order_by("pk")
    assert [ask.meeting for ask in found] == yes
    assert [ask.post for ask in found] == [each.forum.secretary for each in yes]


# Answering


def test_the_form_is_filled_in_and_its_lesson_belongs_to_the_lab(asked):
    ask, draft = asked
    client = client_of(draft.place.owner_user)
    page = client.get(f"/lessons/asked/{ask.pk}/")
    assert page.context["form"]["cause"].value() == "means"
    assert client.post(f"/lessons/asked/{ask.pk}/", {**ANSWER, "cause": "means"}).status_code == 302
    ask.refresh_from_db()
    assert ask.answer == "lesson"
    assert ask.lesson.lab == draft.revision.plan.lab
    assert (ask.lesson.cause, ask.answered_by) == ("means", draft.place.owner_user)


def test_nothing_new_is_one_click_from_the_desk_and_is_counted(asked):
    ask, draft = asked
    client = client_of(draft.place.owner_user)
    assert f"/lessons/asked/{ask.pk}/nothing-new/" in client.get("/desk/").content.decode()
    done = client.post(f"/lessons/asked/{ask.pk}/nothing-new/", {"from": "desk"})
    assert done.url == "/desk/"
    assert f"/lessons/asked/{ask.pk}/" not in client.get("/desk/").content.decode()
    *_kinds, all_kinds = selectors.tallies(LessonAsk.objects.all())
    assert (all_kinds.asked, all_kinds.lessons, all_kinds.nothing_new, all_kinds.open) == (
        1,
        0,
        1,
        0,
    )


def test_nothing_new_is_one_click_on_the_pages_of_the_review_and_the_lab(asked):
    ask, draft = asked
    url = f"/lessons/asked/{ask.pk}/nothing-new/"
    assert (
        url in client_of(draft.place.owner_user).get(f"/reviews/{ask.review_id}/").content.decode()
    )
    lab = draft.revision.plan.lab
    ask_for_lessons()
    client = client_of(draft.place.unit)
    url = f"/lessons/asked/{LessonAsk.objects.get(lab=lab).pk}/nothing-new/"
    assert url in client.get(f"/labs/{lab.pk}/").content.decode()
    client.post(url)
    assert LessonAsk.objects.get(lab=lab).answer == "nothing_new"
    assert url not in client.get(f"/labs/{lab.pk}/").content.decode()


def test_nothing_new_is_one_click_on_the_page_of_the_meeting():
    asked = meeting("yearly")
    ask_for_lessons()
    url = f"/lessons/asked/{LessonAsk.objects.get().pk}/nothing-new/"
    client = client_of(person_in(asked.forum.secretary))
    assert url in client.get(f"/meetings/{asked.pk}/").content.decode()


def test_answered_twice_the_second_is_told_so(asked):
    ask, draft = asked
    by = acting_as(draft.place.owner_user, draft.place.owner)
    lessons.nothing_new(ask=ask, by=by, at=make.AT)
    with pytest.raises(lessons.AlreadyAnswered):
        lessons.answer(ask=ask, title="A", text="B", by=by, at=make.AT)
    assert not Lesson.objects.exists()
    assert Event.objects.filter(verb="lesson.answered").count() == 1
    page = client_of(draft.place.owner_user).post(
        f"/lessons/asked/{ask.pk}/nothing-new/", follow=True
    )
    assert "answered meanwhile" in page.content.decode()


def test_a_forum_of_several_programmes_leaves_the_choice_to_who_answers():
    asked = meeting("yearly")
    programmes = [make_labs.AreaFactory(home_forum=asked.forum).programme for _each in range(2)]
    ask_for_lessons()
    ask = LessonAsk.objects.get(meeting=asked)
    assert ask.programme is None
    with pytest.raises(lessons.NeedsProgramme):
        lessons.answer(ask=ask, title="A", text="B", by=actor(), at=make.AT)
    client = client_of(person_in(ask.post))
    given = {**ANSWER, "programme": programmes[1].pk}
    assert client.post(f"/lessons/asked/{ask.pk}/", given).status_code == 302
    assert Lesson.objects.get().programme == programmes[1]


def test_only_who_was_asked_or_the_delivery_unit_answers(asked):
    ask, draft = asked
    url = f"/lessons/asked/{ask.pk}/nothing-new/"
    assert client_of(outsider()).post(url).status_code == 404
    assert client_of(auditor()).post(url).status_code == 403
    assert client_of(person_in(draft.place.verifier)).post(url).status_code == 403
    assert client_of(delivery_unit()).post(url).status_code == 302


def test_what_a_vacant_post_is_asked_waits_for_the_delivery_unit(asked):
    ask, draft = asked
    assert not desks.desk(draft.place.unit, make.ON).lessons
    Appointment.objects.filter(post=ask.post).update(ends_on=datetime.date(2019, 4, 1))
    (line,) = desks.desk(draft.place.unit, make.ON).lessons
    assert line.ask == ask.pk


def test_a_restricted_lab_is_asked_about_without_its_name():
    lab = make_labs.open_lab(
        make_labs.AreaFactory(home_forum=make_forum("Home")), title="Silent waters"
    )
    labs.restrict(lab=lab, forums=[make_forum("Security")], by=actor(), at=make.AT)
    ask_for_lessons()
    ask = LessonAsk.objects.get()
    user = person_in(ask.post)
    desk = desks.desk(user, make.ON)
    assert [line.restricted for line in desk.lessons] == [True]
    (line,) = [line for line in desk_lines.lines(desk) if line.part == "lessons"]
    assert line.restricted
    client = client_of(user)
    pages = [client.get(url) for url in ("/desk/", f"/lessons/asked/{ask.pk}/", "/lessons/asked/")]
    assert all(page.status_code == 200 for page in pages)
    assert not any("Silent waters" in page.content.decode() for page in pages)
    assert not Notice.objects.filter(title__contains="Silent waters").exists()


@pytest.fixture
def learned_of_restricted_kpi(asked) -> tuple[Lesson, make.Draft]:
    """A lesson of a review in an open lab, whose KPI alone is kept to a forum."""
    ask, draft = asked
    owner = acting_as(draft.place.owner_user, draft.place.owner)
    lesson = lessons.answer(ask=ask, **ANSWER, by=owner, at=make.AT)
    kpi_services.restrict(kpi=draft.kpi, forums=[make_forum("Security")], by=actor(), at=make.AT)
    return lesson, draft


def shown_to(user, lesson: Lesson, draft: make.Draft) -> dict[str, bool]:
    """Where the lesson is named to a user."""
    programme, lab = draft.place.programme, draft.revision.plan.lab
    client = client_of(user)
    pages = {
        "register": reverse("labs:lessons", args=[programme.code]),
        "lesson": reverse("labs:lesson", args=[lesson.pk]),
        "search": reverse("reviews:lesson_search") + "?q=count",
        "lab": reverse("labs:lab", args=[lab.pk]),
        "lineage": reverse("reviews:lineage_lab", args=[lab.pk]),
    }
    found = {name: lesson.title in client.get(url).content.decode() for name, url in pages.items()}
    offered = lab_lessons.offered(user, make.ON, draft.place.area)
    facing_it = facing.of_choice(user, make.ON, f"plan:{draft.revision.plan.pk}", "plan")
    return found | {
        "offered": lesson in offered,
        "facing": lesson in [each.lesson for each in facing_it.offers],
    }


def test_a_lesson_of_a_review_is_read_by_whoever_may_read_the_review(
    learned_of_restricted_kpi,
):
    lesson, draft = learned_of_restricted_kpi
    reader, member = person_in(held_post("Clerk")), person_in(draft.kpi.restricted_to.get().chair)
    for user in (reader, member):
        ProgrammeReader.objects.create(programme=draft.place.programme, user=user)
    assert not any(shown_to(reader, lesson, draft).values())
    assert all(shown_to(member, lesson, draft).values())
    assert all(shown_to(draft.place.owner_user, lesson, draft).values())
    assert lab_lessons.hidden_count(reader, make.ON, draft.place.programme) == 1
    assert searching.search(reader, make.ON, text="count").hidden.count() == 1


# Searching


def titles(user, text: str = "", **given: object) -> list[str]:
    return [row.title for row in searching.search(user, make.ON, text=text, **given).lessons]


def test_words_are_found_whatever_their_accents_and_endings_best_place_first():
    programme = make_labs.AreaFactory().programme
    unit = delivery_unit()
    make_labs.lesson(programme, title="Vouchers wait", text="La educación tarda.")
    make_labs.lesson(programme, title="Education first", text="Teachers were not asked.")
    make_labs.lesson(programme, title="Something else", text="Nothing of it.")
    assert titles(unit, "EDUCACION") == ["Education first", "Vouchers wait"]
    assert titles(unit, "teacher") == ["Education first"]
    assert titles(unit, "teacher vouchers") == []
    assert titles(unit, "vouch") == ["Vouchers wait"]
    assert len(titles(unit)) == 3


def test_tags_are_found_and_filter():
    programme = make_labs.AreaFactory().programme
    other = make_labs.AreaFactory().programme
    unit = delivery_unit()
    grant = make_labs.reference_item("instrument", "matching-grant", labels={"es": "Subvención"})
    make_labs.lesson(programme, title="One", instrument=grant, cause="external_policy")
    make_labs.lesson(other, title="Two", layer="business")
    assert titles(unit, "subvenciones") == ["One"]
    assert titles(unit, "external policy") == ["One"]
    assert titles(unit, instrument="matching-grant") == ["One"]
    assert titles(unit, cause="external_policy") == ["One"]
    assert titles(unit, layer="business") == ["Two"]
    assert titles(unit, programme=other) == ["Two"]


def test_hidden_hits_are_only_counted():
    lab = make_labs.open_lab(make_labs.AreaFactory(home_forum=make_forum("Home")))
    make_labs.lesson(lab.area.programme, title="Secret patrols", lab=lab)
    labs.restrict(lab=lab, forums=[make_forum("Security")], by=actor(), at=make.AT)
    reader = person_in(lab.area.home_forum.secretary)
    found = searching.search(reader, make.ON, text="patrols")
    assert (found.lessons.count(), found.hidden.count()) == (0, 1)
    stranger = searching.search(outsider(), make.ON, text="patrols")
    assert (stranger.lessons.count(), stranger.hidden.count()) == (0, 0)


@pytest.mark.parametrize("nasty", ["%", "'; DROP", "🙂", "a" * 10_000, "w " * 5_000, "\x00x", '"'])
def test_nasty_queries_are_answered(nasty):
    make_labs.lesson(make_labs.AreaFactory().programme)
    page = client_of(delivery_unit()).get("/lessons/", {"q": nasty})
    assert page.status_code == 200
    assert not page.context["page"].object_list


def test_filters_that_do_not_hold_are_left_out():
    make_labs.lesson(make_labs.AreaFactory().programme)
    page = client_of(delivery_unit()).get("/lessons/?cause=fate&programme=none&page=zzz&layer=x")
    assert page.status_code == 200
    assert len(page.context["page"].object_list) == 1


def test_queries_do_not_grow_with_lessons(django_assert_num_queries):
    programme = make_labs.AreaFactory().programme
    client = client_of(delivery_unit())
    for number in range(10):
        make_labs.lesson(programme, title=f"Patrols {number}")
    client.get("/lessons/?q=patrols+crime")
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get("/lessons/?q=patrols+crime")
    for number in range(12):
        make_labs.lesson(programme, title=f"More patrols {number}")
    with django_assert_num_queries(len(before)):
        client.get("/lessons/?q=patrols+crime")


def test_lessons_from_before_the_search_get_their_words_once():
    lesson = make_labs.lesson(make_labs.AreaFactory().programme)
    kept = set(LessonTerm.objects.values_list("term", "weight"))
    LessonTerm.objects.all().delete()
    assert titles(delivery_unit(), "patrols") == []
    assert lesson_terms.index_missing() == 1
    assert lesson_terms.index_missing() == 0
    assert set(LessonTerm.objects.values_list("term", "weight")) == kept
    assert lesson_terms.index_all() == 1
    assert set(LessonTerm.objects.values_list("term", "weight")) == kept
    assert titles(delivery_unit(), "patrols") == [lesson.title]


# Offered where somebody faces the same


def test_who_explains_is_shown_the_nearest_lessons_and_why(opened):
    review, draft = opened
    programme, lab = draft.place.programme, draft.revision.plan.lab
    far = make_labs.lesson(programme, title="Far")
    fault = make_labs.lesson(programme, title="Same cause", cause="means")
    here = make_labs.lesson(programme, title="Same area", lab=lab)
    both = make_labs.lesson(programme, title="Both", lab=lab, cause="means")
    found = facing.of_review(draft.place.owner_user, make.ON, review, "means")
    assert [offer.lesson for offer in found.offers] == [both, fault, here]
    assert far not in [offer.lesson for offer in found.offers]
    assert all(offer.why for offer in found.offers)
    page = client_of(draft.place.owner_user).get(f"/reviews/{review.pk}/explain/?cause=means")
    assert "Same cause" in page.content.decode()


def test_at_most_five_are_shown(opened):
    review, draft = opened
    for number in range(7):
        make_labs.lesson(draft.place.programme, title=f"No {number}", cause="goal")
    assert len(facing.of_review(draft.place.unit, make.ON, review, "goal").offers) == 5


def test_a_new_dispute_is_shown_lessons_and_how_earlier_ones_ended():
    earlier = make_disputes.settled()
    make_labs.lesson(earlier.area.programme, title="Ask the data office", cause="goal")
    user = make_disputes.officer_of(make_disputes.party(earlier))
    found = facing.of_dispute(user, make.ON, kpi=earlier.kpi)
    (row,) = found.earlier
    assert (row.dispute, row.days, row.tier_forum) == (
        earlier,
        0,
        make_disputes.forum_at(earlier, 1).name,
    )
    page = client_of(delivery_unit()).get(f"/disputes/new/?kpi={earlier.kpi.code}")
    assert earlier.title in page.content.decode()
    assert "Ask the data office" in page.content.decode()


def test_without_lessons_there_is_no_heading_for_them():
    earlier = make_disputes.settled()
    shown = client_of(delivery_unit()).get(f"/disputes/new/?kpi={earlier.kpi.code}")
    assert "How earlier disputes like it ended" in shown.content.decode()
    assert "What was learned from the same" not in shown.content.decode()


def test_earlier_disputes_that_are_restricted_are_counted():
    forum = make_forum("Security")
    earlier = make_disputes.open_dispute(restricted_to=[forum])
    make_disputes.answer(make_disputes.propose(earlier))
    found = facing.of_dispute(delivery_unit(), make.ON, kpi=earlier.kpi)
    assert (found.earlier, found.hidden_earlier) == ([], 1)


def test_who_answers_acts_in_their_post(asked):
    ask, draft = asked
    client_of(draft.place.owner_user).post(f"/lessons/asked/{ask.pk}/", ANSWER)
    assert Lesson.objects.get().by_post == post_of(draft.place.owner_user)
