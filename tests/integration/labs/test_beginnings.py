"""How a lab begins: intake, problem in versions, seats and interests, settings, lessons."""

from __future__ import annotations

import datetime

import pytest

from labs.models import (
    Initiative,
    Intake,
    Lab,
    ProblemStatement,
    ProgrammeSettings,
    Seat,
    SeatInterest,
)
from labs.selectors import composition, lessons, problem_statements
from labs.selectors import seats as seat_selectors
from labs.selectors import settings as settings_selectors
from labs.services import intakes, labs, seats, settings
from labs.services import lessons as lesson_services
from labs.services import problem_statements as statements
from labs.services.labs import LabClosed
from labs.services.programmes import ProgrammeClosed
from ledger.models import Event
from tests.factories import labs as make
from tests.factories import people, weeks

pytestmark = pytest.mark.django_db
BY = {"by": make.SYSTEM, "at": make.AT}
ON = make.AT.date()


def last(verb: str) -> Event:
    return Event.objects.filter(verb=verb).latest("pk")


# Intake


def test_what_does_not_suit_is_kept_with_its_reason_and_opens_no_lab() -> None:
    found = make.intake(outcome="not_suited")
    assert (found.reason, found.instead, found.method) == ("They need one another", "Bargain", "")
    with pytest.raises(intakes.IntakeUnfit):
        make.open_lab(found.area, intake=found)
    assert not Lab.objects.exists(), "nothing is left of a lab that was refused"


def test_a_suited_intake_opens_one_lab_of_its_own_area() -> None:
    found = make.intake()
    with pytest.raises(intakes.IntakeUnfit):
        make.open_lab(intake=found)
    lab = make.open_lab(found.area, intake=found)
    found.refresh_from_db()
    assert found.lab == lab
    assert last("lab.opened").data["intake"] == found.pk
    with pytest.raises(intakes.IntakeUnfit):
        make.open_lab(found.area, intake=found)


def test_an_intake_says_what_it_lacks() -> None:
    with pytest.raises(intakes.IntakeRefused) as refused:
        make.intake(reason=" ", method="fixed", title="x" * 201)
    assert set(refused.value.fields) == {"reason", "method", "title"}
    assert not Intake.objects.exists()


def test_a_closed_programme_takes_no_intake() -> None:
    area = make.AreaFactory()
    area.programme.closed_at = make.AT
    with pytest.raises(ProgrammeClosed):
        make.intake(area)


# Problem statements


def state(lab: Lab, text: str, **fields: object) -> ProblemStatement:
    return statements.write(lab=lab, text=text, **{**BY, **fields})


def test_every_version_stays_as_it_was() -> None:
    lab = make.open_lab()
    first = state(lab, "Crime is high", causes="Dark streets")
    second = state(lab, "Fear is high", reason="Crime is not", seen=1)
    assert [each.version for each in problem_statements.versions(lab)] == [2, 1]
    first.refresh_from_db()
    assert (first.text, first.causes) == ("Crime is high", "Dark streets")
    found = problem_statements.compared(first, second)
    assert [piece.text for piece in found.text[0] if piece.changed] == ["Crime "]
    assert [piece.text for piece in found.text[1] if piece.changed] == ["Fear "]


def test_a_second_version_says_why_and_differs() -> None:
    lab = make.open_lab()
    state(lab, "Crime is high")
    with pytest.raises(statements.StatementRefused) as refused:
        state(lab, "Crime is high")
    assert set(refused.value.fields) == {"reason", "text"}


def test_a_statement_written_on_an_older_version_is_told() -> None:
    lab = make.open_lab()
    state(lab, "Crime is high", seen=0)
    with pytest.raises(statements.StatementOutdated):
        state(lab, "Fear is high", reason="So", seen=0)
    assert lab.problem_statements.count() == 1


def test_a_closed_lab_is_not_restated() -> None:
    lab = labs.close(lab=make.open_lab(), because="It is over", **BY)
    with pytest.raises(LabClosed):
        state(lab, "Crime is high")


# Seats and interests


def a_seat(**fields: object) -> Seat:
    return make.SeatFactory(mandate="May commit the ministry", **fields)


def changed(seat: Seat, **fields: object) -> Seat:
    given = seat_selectors.held(seat)
    as_it_is = {
        "post": seat.post,
        "group": seat.group,
        **{name: given[name] for name in ("kind", "people", "mandate")},
    }
    return seats.change(seat=seat, **{**as_it_is, **BY, **fields})


def test_a_changed_seat_is_kept_before_and_after() -> None:
    seat = a_seat()
    post = people.PostFactory(organisation=seat.organisation)
    changed(seat, post=post, people=4, mandate="May commit 3 million")
    seat.refresh_from_db()
    assert (seat.post, seat.people, seat.mandate) == (post, 4, "May commit 3 million")
    event = last("seat.changed")
    assert event.data["before"]["people"] == 1
    assert event.data["after"]["post_id"] == post.pk
    kept = dict(event.texts.values_list("field", "text"))
    assert kept["mandate_before"] == "May commit the ministry"


def test_saving_a_seat_as_it_was_records_nothing() -> None:
    changed(a_seat())
    assert not Event.objects.filter(verb="seat.changed").exists()


def test_a_seat_changed_meanwhile_is_told() -> None:
    seat = a_seat()
    seen = seat_selectors.mark(seat)
    changed(seat, people=3)
    with pytest.raises(seats.SeatChanged):
        changed(seat, people=5, seen=seen)
    seat.refresh_from_db()
    assert seat.people == 3


def test_a_seat_takes_only_what_fits() -> None:
    seat = a_seat()
    with pytest.raises(seats.PostElsewhere):
        changed(seat, post=people.PostFactory())
    instrument = make.reference_item("instrument", "credit")
    with pytest.raises(seats.SeatRefused) as refused:
        changed(seat, group=instrument, people=0, kind="observer")
    assert set(refused.value.fields) == {"group", "people", "kind"}


def test_an_interest_ends_and_stays_readable() -> None:
    seat = a_seat()
    held = seats.declare(seat=seat, text="Sells lamps", **BY)
    seats.declare(seat=seat, text="Owns a mall", **BY)
    seats.end_interest(interest=held, **BY)
    seats.end_interest(interest=held, **BY)
    assert [each.text for each in seat_selectors.interests(seat)] == ["Owns a mall", "Sells lamps"]
    (listed,) = seat_selectors.listed(seat.lab)
    assert [each.text for each in listed.declared] == ["Owns a mall"]
    assert Event.objects.filter(verb="seat.interest_ended").count() == 1


def test_a_seat_that_took_part_is_not_removed() -> None:
    declared = a_seat()
    seats.declare(seat=declared, text="Sells lamps", **BY)
    came = a_seat(lab=declared.lab)
    post = people.PostFactory(organisation=came.organisation)
    changed(came, post=post)
    came.refresh_from_db()
    weeks.came(weeks.session(declared.lab, "First"), post)
    for seat in (declared, came):
        with pytest.raises(seats.SeatInUse):
            seats.remove(seat=seat, **BY)
    assert Seat.objects.count() == 2
    assert SeatInterest.objects.count() == 1


def test_a_renamed_organisation_keeps_its_seat_mandate_and_interests() -> None:
    seat = a_seat()
    seats.declare(seat=seat, text="Sells lamps", **BY)
    seat.organisation.name = "Ministry of Light"
    seat.organisation.save()
    (found,) = seat_selectors.listed(seat.lab)
    assert found.organisation.name == "Ministry of Light"
    assert found.mandate == "May commit the ministry"
    assert [each.text for each in found.declared] == ["Sells lamps"]


# Settings and composition


def test_settings_have_defaults_until_they_are_changed() -> None:
    programme = make.ProgrammeFactory()
    assert settings_selectors.of(programme).lab_weeks_max == 9
    group = make.reference_item("stakeholder_group", "unions")
    set_to(programme, lab_weeks_max=12, groups=[group])
    found = settings_selectors.of(programme)
    assert (found.lab_weeks_max, list(found.groups.all())) == (12, [group])
    told = last("programme.settings_changed").data
    assert (told["before"]["lab_weeks_max"], told["after"]["lab_weeks_max"]) == (9, 12)


def set_to(programme, **fields: object) -> ProgrammeSettings:
    given = {name: getattr(ProgrammeSettings(), name) for name in (*settings.NUMBERS, "tests")}
    return settings.change(programme=programme, **{**given, **BY, **fields})


def test_settings_that_cannot_hold_are_refused() -> None:
    programme = make.ProgrammeFactory()
    with pytest.raises(settings.SettingsRefused) as refused:
        set_to(programme, lab_weeks_min=10, core_people_max=0, tests="shout")
    assert set(refused.value.fields) == {"lab_weeks_max", "core_people_max", "tests"}
    assert not ProgrammeSettings.objects.exists()


def test_the_words_of_a_warning_carry_the_setting() -> None:
    lab = make.open_lab(ends_on=datetime.date(2018, 10, 14))
    group = make.reference_item("stakeholder_group", "unions")
    set_to(lab.area.programme, lab_weeks_min=4, forum_members_max=20, groups=[group])
    a_seat(lab=lab, people=41)
    found = composition.of_lab(lab, seat_selectors.listed(lab), ON)
    assert [each.text for each in found] == [
        "The lab runs 2 weeks; the setting is at least 4.",
        "The core seats have 41 people; the setting is at most 40.",
        "Nobody from the private sector has a seat.",
        "No seat is of the stakeholder group “Unions”.",
    ]


def test_the_newest_version_of_a_group_counts_as_the_group() -> None:
    lab = make.open_lab()
    old = make.reference_item("stakeholder_group", "unions", superseded_at=make.AT)
    new = make.reference_item("stakeholder_group", "unions", version=2, label="Trade unions")
    set_to(lab.area.programme, groups=[old])
    a_seat(lab=lab, group=new)
    assert "group" not in {
        each.code for each in composition.of_lab(lab, seat_selectors.listed(lab), ON)
    }


# Lessons


def test_a_lesson_is_tagged_and_found_by_its_tags() -> None:
    programme = make.ProgrammeFactory()
    credit = make.reference_item("instrument", "credit")
    made = make.lesson(programme, instrument=credit, cause="coordination", layer="business")
    make.lesson(programme)
    unit = people.delivery_unit()
    for tags in ({"instrument": "credit"}, {"cause": "coordination"}, {"layer": "business"}):
        assert list(lessons.of_programme(unit, ON, programme, **tags)) == [made]


def test_a_lesson_says_what_it_lacks() -> None:
    programme = make.ProgrammeFactory()
    with pytest.raises(lesson_services.LessonRefused) as refused:
        make.lesson(
            programme,
            title="",
            text=" ",
            lab=make.open_lab(),
            cause="bad luck",
            layer="heaven",
            instrument=make.reference_item("obstacle", "red-tape"),
        )
    assert set(refused.value.fields) == {"title", "text", "lab", "cause", "layer", "instrument"}


def test_lessons_of_the_area_the_same_instrument_and_the_programme_are_offered() -> None:
    unit = people.delivery_unit()
    credit = make.reference_item("instrument", "credit")
    earlier = make.plan_in_force()
    Initiative.objects.update(instrument=credit)
    area = earlier.lab.area
    own = make.lesson(area.programme, title="Own", lab=earlier.lab)
    alike = make.lesson(make.ProgrammeFactory(), title="Alike", instrument=credit)
    other = make.reference_item("instrument", "x")
    beside = make.lesson(area.programme, title="Beside", instrument=other)
    make.lesson(make.ProgrammeFactory(), title="Far", instrument=other)
    assert lessons.offered(unit, ON, area) == [own, alike, beside]
    lab = make.open_lab(area, lessons=[own])
    assert lessons.begun_with(lab, unit, ON) == [own]
    lesson_services.begin_with(lab=lab, lessons=[own, alike], **BY)
    assert lessons.begun_with(lab, unit, ON) == [alike, own]


def test_lessons_of_a_restricted_lab_are_counted_only() -> None:
    lab = make.open_lab()
    programme = lab.area.programme
    kept = make.lesson(programme, lab=lab)
    labs.restrict(lab=lab, forums=[make.LabForumFactory()], **BY)
    reader = people.UserFactory()
    programme.readers.create(user=reader)
    assert list(lessons.of_programme(reader, ON, programme)) == []
    assert lessons.hidden_count(reader, ON, programme) == 1
    assert list(lessons.of_programme(people.auditor(), ON, programme)) == [kept]
