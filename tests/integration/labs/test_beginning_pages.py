"""Pages on which labs begin: what was typed stays, what is missing is told, queries stay few."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labs.models import Intake, Lab, Lesson, ProgrammeSettings
from labs.selectors import seats as seat_selectors
from labs.services import labs, seats
from labs.services import problem_statements as statements
from tests.factories import labs as make
from tests.factories import people

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
ASKED = {
    "title": "Street crime",
    "question": "How can it fall by half?",
    "shared_problem": "yes",
    "shared_problem_why": "Everybody is robbed",
    "uncertainty": "yes",
    "uncertainty_why": "Nobody knows what works",
}


def as_user(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def unit() -> Client:
    return as_user(people.delivery_unit())


def page(answer) -> str:
    assert answer.status_code == 200
    return answer.content.decode()


# Intake


def test_the_answers_come_first_and_what_suits_is_filled_in(unit: Client) -> None:
    url = reverse("labs:intake_new", args=[make.AreaFactory().pk])
    assert "See what suits" in page(unit.get(url))
    answer = unit.post(url, ASKED)
    assert "A lab suits; so may PDIA" in page(answer)
    form = answer.context["form"]
    assert (form["outcome"].value(), form["method"].value()) == ("suited", "lab")
    assert form["question"].value() == ASKED["question"]
    assert not Intake.objects.exists(), "nothing is recorded before the outcome was seen"


def test_an_outcome_against_the_answers_is_told_and_nothing_typed_is_lost(unit: Client) -> None:
    url = reverse("labs:intake_new", args=[make.AreaFactory().pk])
    given = ASKED | {"shared_problem": "no", "outcome": "suited", "method": "lab"}
    shown = page(unit.post(url, given | {"reason": "They want one"}))
    assert "Without a shared problem a lab does not suit." in shown
    assert "They want one" in shown
    assert not Intake.objects.exists()


def test_the_lead_organisation_proposes_and_others_do_not() -> None:
    area = make.AreaFactory()
    url = reverse("labs:intake_new", args=[area.pk])
    clerk = as_user(people.in_organisation(area.lead, "Clerk"))
    given = ASKED | {"outcome": "suited", "method": "pdia", "reason": "Nobody knows the causes"}
    clerk.post(url, given)
    intake = Intake.objects.get()
    assert (intake.outcome, intake.method) == ("suited", "pdia")
    shown = page(clerk.get(reverse("labs:intake", args=[intake.pk])))
    assert "Open the lab" not in shown, "that is the delivery unit's to do"
    reader = people.UserFactory()
    area.programme.readers.create(user=reader)
    assert as_user(reader).get(url).status_code == 403


def test_without_an_intake_no_lab_is_opened(unit: Client) -> None:
    intake = make.intake(outcome="not_suited")
    for query in ("", f"?intake={intake.pk}", "?intake=nonsense"):
        answer = unit.get(reverse("labs:lab_new") + query, follow=True)
        assert "A lab is opened from a suited intake." in page(answer)
    area = make.AreaFactory()
    answer = unit.get(reverse("labs:lab_new") + f"?area={area.pk}")
    assert answer.url == reverse("labs:intake_new", args=[area.pk])


def test_what_is_unusual_is_told_when_a_lab_is_opened(unit: Client) -> None:
    intake = make.intake()
    area = intake.area
    ProgrammeSettings.objects.create(programme=area.programme, forum_members_max=0)
    url = reverse("labs:lab_new") + f"?intake={intake.pk}"
    shown = page(unit.get(url))
    assert "Labs of this programme take 6 to 9 weeks" in shown
    assert "(1 members, more than 0)" in shown
    given = {
        "title": "Street crime",
        "question": "How?",
        "method": "lab",
        "starts_on": "2019-01-07",
        "ends_on": "2019-01-18",
        "steering": area.home_forum_id,
    }
    shown = page(unit.post(url, given, follow=True))
    assert "The lab runs 2 weeks; the setting is at least 6." in shown
    assert Lab.objects.get().intake == intake, "and opened all the same"


def test_lessons_of_the_area_are_offered_when_a_lab_is_opened(unit: Client) -> None:
    intake = make.intake()
    lesson = make.lesson(intake.area.programme, lab=make.open_lab(intake.area))
    url = reverse("labs:lab_new") + f"?intake={intake.pk}"
    assert lesson.title in page(unit.get(url))
    given = {
        "title": "Street crime",
        "question": "How?",
        "method": "lab",
        "starts_on": "2019-01-07",
        "ends_on": "2019-03-01",
        "steering": intake.area.home_forum_id,
        "lessons": [lesson.pk],
    }
    shown = page(unit.post(url, given, follow=True))
    assert "It began with" in shown
    assert lesson.title in shown


# Problem statements


def test_a_statement_that_came_too_late_is_compared_and_sent_again(unit: Client) -> None:
    lab = make.open_lab()
    url = reverse("labs:problem_new", args=[lab.pk])
    assert "reason" not in unit.get(url).context["form"].fields, "a first version needs none"
    statements.write(lab=lab, text="Crime is high", **BY)
    late = {"text": "Fear is high", "causes": "", "reason": "We listened", "seen": "0"}
    answer = unit.post(url, late)
    shown = page(answer)
    assert "Somebody wrote a newer version" in shown
    assert "Fear is high" in shown
    assert "Crime is high" in shown
    again = late | {"seen": answer.context["form"]["seen"].value()}
    assert unit.post(url, again).status_code == 302
    assert [each.text for each in lab.problem_statements.all()] == ["Fear is high", "Crime is high"]


def test_two_versions_are_read_side_by_side_and_old_ones_stay_readable(unit: Client) -> None:
    lab = make.open_lab()
    statements.write(lab=lab, text="Crime is high", **BY)
    statements.write(lab=lab, text="Fear is <high>", reason="We listened", **BY)
    url = reverse("labs:problem", args=[lab.pk])
    assert "Crime is high" in page(unit.get(url + "?version=1"))
    shown = page(unit.get(url + "?version=2&beside=1"))
    assert "<mark>Crime </mark>" in shown
    assert "&lt;high&gt;" in shown
    assert unit.get(url + "?version=3").status_code == 404


# Seats


def test_a_seat_form_that_came_too_late_keeps_what_was_typed(unit: Client) -> None:
    seat = make.SeatFactory()
    url = reverse("labs:seat_edit", args=[seat.lab_id, seat.pk])
    form = unit.get(url).context["form"]
    given = {"kind": "core", "people": "3", "mandate": "All", "seen": form["seen"].value()}
    held = seat_selectors.held(seat)
    seats.change(
        seat=seat,
        post=None,
        group=None,
        kind="invited",
        people=held["people"],
        mandate="None",
        **BY,
    )
    answer = unit.post(url, given)
    shown = page(answer)
    assert "Somebody changed this seat meanwhile." in shown
    assert 'value="All"' in shown
    again = given | {"seen": answer.context["form"]["seen"].value()}
    assert unit.post(url, again).status_code == 302
    seat.refresh_from_db()
    assert (seat.kind, seat.people, seat.mandate) == ("core", 3, "All")


def test_a_post_of_another_organisation_is_not_offered(unit: Client) -> None:
    seat = make.SeatFactory()
    stranger = people.PostFactory()
    url = reverse("labs:seat_edit", args=[seat.lab_id, seat.pk])
    given = {"kind": "core", "people": "0", "post": stranger.pk, "mandate": "All"}
    form = unit.post(url, given).context["form"]
    assert set(form.errors) == {"post", "people"}


def test_an_organisation_declares_its_own_interest() -> None:
    seat = make.SeatFactory()
    delegate = as_user(people.in_organisation(seat.organisation, "Delegate"))
    url = reverse("labs:interest_new", args=[seat.lab_id, seat.pk])
    assert set(delegate.post(url, {"text": " "}).context["form"].errors) == {"text"}
    shown = page(delegate.post(url, {"text": "Sells lamps"}, follow=True))
    assert "Sells lamps" in shown
    interest = seat.interests.get()
    assert interest.by_user is not None
    end = reverse("labs:interest_end", args=[seat.lab_id, seat.pk, interest.pk])
    assert "Ended on" in page(delegate.post(end, {"confirm": "True"}, follow=True))
    other = make.SeatFactory(lab=seat.lab)
    assert (
        delegate.get(reverse("labs:interest_new", args=[seat.lab_id, other.pk])).status_code == 403
    )


def test_a_seat_that_took_part_says_why_it_stays(unit: Client) -> None:
    seat = make.SeatFactory()
    seats.declare(seat=seat, text="Sells lamps", **BY)
    url = reverse("labs:seat_remove", args=[seat.lab_id, seat.pk])
    assert "Make it an invited seat instead" in page(unit.post(url, {"confirm": "True"}))


# Settings and lessons


def test_settings_are_saved_and_wrong_ones_told(unit: Client) -> None:
    programme = make.ProgrammeFactory()
    group = make.reference_item("stakeholder_group", "unions")
    url = reverse("labs:programme_settings", args=[programme.code])
    given = {
        "lab_weeks_min": "8",
        "lab_weeks_max": "4",
        "core_people_max": "30",
        "forum_members_max": "15",
        "tests": "block",
        "window_alert_days": "90",
        "groups": [group.pk],
    }
    shown = page(unit.post(url, given))
    assert "The longest must not be shorter than the shortest." in shown
    assert 'value="30"' in shown
    assert unit.post(url, given | {"lab_weeks_max": "12"}).status_code == 302
    saved = ProgrammeSettings.objects.get()
    assert (saved.lab_weeks_min, saved.lab_weeks_max, saved.tests) == (8, 12, "block")
    assert list(saved.groups.all()) == [group]


def test_a_lesson_is_added_from_the_lab_and_found_in_the_register(unit: Client) -> None:
    lab = make.open_lab()
    code = lab.area.programme.code
    credit = make.reference_item("instrument", "credit")
    url = reverse("labs:lesson_new", args=[code]) + f"?lab={lab.pk}"
    assert unit.get(url).context["form"]["lab"].value() == lab.pk
    given = {
        "title": "Lend to groups",
        "text": "They vouch for one another",
        "instrument": credit.pk,
        "cause": "coordination",
        "layer": "business",
        "lab": lab.pk,
    }
    assert "Lend to groups" in page(unit.post(url, given, follow=True))
    assert Lesson.objects.get().lab == lab
    register = reverse("labs:lessons", args=[code])
    assert "Lend to groups" in page(unit.get(register + "?instrument=credit&cause=coordination"))
    assert "Lend to groups" not in page(unit.get(register + "?cause=data"))
    assert "Lend to groups" in page(unit.get(register + "?cause=nonsense")), "left out, not a fault"


# Queries


def queries(client: Client, url: str) -> int:
    client.get(url)  # sessions and content types are read once
    with CaptureQueriesContext(connection) as found:
        assert client.get(url).status_code == 200
    return len(found)


def fill(lab: Lab, count: int) -> None:
    for number in range(count):
        seat = make.SeatFactory(lab=lab, post=people.PostFactory())
        seats.declare(seat=seat, text=f"Interest {number}", **BY)
        lesson = make.lesson(
            lab.area.programme,
            title=f"Lesson {number}",
            lab=lab,
            instrument=make.reference_item("instrument", f"tool-{lab.pk}-{number}-{count}"),
        )
        labs.lesson_services.begin_with(lab=lab, lessons=[lesson], **BY)
        statements.write(lab=lab, text=f"Problem {number} {count}", reason="So", **BY)
        make.intake(lab.area, title=f"Intake {number}")


@pytest.mark.parametrize("name", ["lab", "problem", "lessons", "intakes"])
def test_a_page_of_more_rows_asks_no_more_queries(unit: Client, name: str) -> None:
    lab = make.open_lab()
    url = {
        "lab": reverse("labs:lab", args=[lab.pk]),
        "problem": reverse("labs:problem", args=[lab.pk]),
        "lessons": reverse("labs:lessons", args=[lab.area.programme.code]),
        "intakes": reverse("labs:intakes"),
    }[name]
    fill(lab, 3)
    few = queries(unit, url)
    fill(lab, 9)
    assert queries(unit, url) == few


def test_the_lab_page_shows_who_may_not_see_what(unit: Client) -> None:
    """A reconvened lab whose forerunner is restricted names it to nobody else."""
    earlier = make.open_lab(title="The osmium lab")
    labs.restrict(lab=earlier, forums=[make.LabForumFactory()], **BY)
    lab = make.open_lab(
        earlier.area, reconvenes=earlier, ends_on=datetime.date(2018, 11, 30), title="Again"
    )
    reader = people.UserFactory()
    earlier.area.programme.readers.create(user=reader)
    url = reverse("labs:lab", args=[lab.pk])
    assert "osmium" not in page(as_user(reader).get(url))
