"""The entry grid: who may write where, what is kept, and what is refused without a loss."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from kpis.models import CellPresence, Kpi, LiveReading, Reading
from kpis.selectors.pages.cells import key_of
from kpis.selectors.pages.grid import MOST, PER_PAGE
from kpis.services import holds, kpis, locks, readings
from labs.models import ProgrammeReader
from ledger.models import Event
from people.models import Document, User
from tests.factories import kpis as make
from tests.factories import people
from tests.factories.forums import make_forum
from tests.factories.labs import AreaFactory

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4 a report"


@pytest.fixture(autouse=True)
def today() -> Iterator[None]:
    """The business time is that of the factories: 17 April 2019."""
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def owner(client) -> User:
    user = people.ministry_officer()
    client.force_login(user)
    return user


def owned(by: User, area=None, **fields) -> Kpi:
    given = {
        "reporting_from": datetime.date(2018, 1, 1),
        "frequency": "quarterly",
        "owner": people.post_of(by),
        **fields,
    }
    return make.kpi(area, **given)


def key(kpi: Kpi, when: str = "2018-Q4", cell: str = "total") -> str:
    series = make.cell(kpi, cell)
    return key_of(series.pk, make.period(series, when))


def send(client: Client, *cells: dict, **common) -> list[dict]:
    """What the page's script posts, and what it is told about each cell."""
    given = {"version": 0, "state": "final", "source": "Register", "reason": "", **common}
    body = json.dumps({"user": user_of(client), "cells": [given | cell for cell in cells]})
    response = client.post("/entry/cells/", body, content_type="application/json")
    assert response.status_code == 200, response.content
    return response.json()["cells"]


def user_of(client: Client) -> int:
    return int(client.session["_auth_user_id"])


def marks(cell: dict) -> list[str]:
    return [mark["word"] for mark in cell["marks"]]


def form(kpi: Kpi, typed: dict[str, str], versions: dict[str, int] | None = None, **fields) -> dict:
    """The plain form of a page that showed these cells."""
    series = make.total(kpi)
    shown = " ".join(
        f"{each.partition('_')[2]}:{(versions or {}).get(each, 0)}"
        for each in {name[2:] for name in typed}
    )
    given = {"state": "final", "source": "Register", "reason": "", f"t-{series.pk}": shown}
    return given | typed | fields


# Keeping cells


def test_a_new_value_is_recorded_by_the_owners_post_with_its_event(client, owner):
    kpi = owned(owner)
    [told] = send(client, {"key": key(kpi), "text": "41.5"})
    reading = Reading.objects.get()
    assert told["outcome"] == "saved"
    assert (told["cell"]["version"], told["cell"]["text"]) == (reading.pk, "41.5")
    assert (reading.by_user, reading.by_post) == (owner, people.post_of(owner))
    assert (reading.source.name, reading.state) == ("Register", "final")
    assert Event.objects.filter(verb="reading.recorded").count() == 1


def test_each_cell_is_an_act_of_its_own_and_one_that_is_refused_stops_no_other(client, owner):
    kpi = owned(owner)
    told = send(
        client,
        {"key": key(kpi, "2018-Q3"), "text": "1"},
        {"key": key(kpi, "2018-Q4"), "text": "n/a"},
        {"key": key(kpi, "2019-Q1"), "text": "3"},
    )
    assert [each["outcome"] for each in told] == ["saved", "refused", "saved"]
    assert "Write a number" in told[1]["message"]
    assert Event.objects.filter(verb="reading.recorded").count() == 2


def test_sending_again_after_a_lost_answer_adds_nothing(client, owner):
    kpi = owned(owner)
    cell = {"key": key(kpi), "text": "41.5"}
    assert send(client, cell)[0]["outcome"] == "saved"
    assert send(client, cell)[0]["outcome"] == "saved"
    assert Reading.objects.count() == 1
    correction = {"key": key(kpi), "text": "42", "version": Reading.objects.get().pk}
    for _again in range(2):
        assert send(client, correction, reason="A late return")[0]["outcome"] == "saved"
    assert Reading.objects.count() == 2
    assert Event.objects.filter(verb="reading.corrected").count() == 1


def test_a_value_that_is_there_is_corrected_only_with_a_reason(client, owner):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018-Q4", "40")
    cell = {"key": key(kpi), "text": "41", "version": old.pk}
    [told] = send(client, cell)
    assert (told["outcome"], told["code"]) == ("refused", "reason")
    assert "Say above the table why it is corrected." in told["message"]
    assert Reading.objects.get() == old
    [told] = send(client, cell, reason="Two forms came late", source="Something else")
    new = Reading.objects.get(corrects=old)
    assert (told["outcome"], new.note, new.source) == ("saved", "Two forms came late", old.source)


def test_a_provisional_value_is_made_final_without_a_reason_and_another_value_needs_one(
    client, owner
):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018-Q4", "40", state="provisional")
    [told] = send(client, {"key": key(kpi), "text": "41", "version": old.pk})
    assert told["code"] == "reason"
    assert told["cell"]["provisional"]
    [told] = send(client, {"key": key(kpi), "text": "40", "version": old.pk})
    assert (told["outcome"], marks(told["cell"])) == ("saved", ["Final"])
    assert Reading.objects.get(state="final").corrects == old


def test_a_value_that_changed_meanwhile_is_never_overwritten(client, owner):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018-Q4", "40")
    theirs = readings.correct(
        reading=old, observation=make.number("44"), reason="Recount", by=make.BY, at=make.AT
    )
    cell = {"key": key(kpi), "text": "41", "version": old.pk}
    [told] = send(client, cell, reason="Late forms")
    assert told["outcome"] == "changed"
    assert (told["cell"]["text"], told["cell"]["version"]) == ("44", theirs.pk)
    assert LiveReading.objects.get().reading == theirs
    [told] = send(client, cell | {"version": theirs.pk}, reason="Late forms")
    assert (told["outcome"], LiveReading.objects.get().reading.value) == ("saved", 41)


def test_a_new_value_where_somebody_was_faster_is_shown_not_added(client, owner):
    kpi = owned(owner)
    make.reading(make.total(kpi), "2018-Q4", "40", source="Another office")
    [told] = send(client, {"key": key(kpi), "text": "41"})
    assert (told["outcome"], told["cell"]["text"]) == ("changed", "40")
    assert Reading.objects.count() == 1


def test_a_value_that_was_taken_back_meanwhile_is_told(client, owner):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018-Q4", "40")
    readings.retract(reading=old, reason="Wrong month", by=make.BY, at=make.AT)
    [told] = send(client, {"key": key(kpi), "text": "41", "version": old.pk}, reason="Late")
    assert (told["outcome"], told["cell"]["version"]) == ("changed", 0)


@pytest.mark.parametrize(
    ("text", "comparator", "low", "high"),
    [("<5", "<", 5, None), ("> 5", ">", 5, None), ("~5", "≈", 5, None), ("5..7", "range", 5, 7)],
)
def test_bounds_are_written_with_a_mark(client, owner, text, comparator, low, high):
    kpi = owned(owner)
    [told] = send(client, {"key": key(kpi), "text": text})
    reading = Reading.objects.get()
    assert told["outcome"] == "saved"
    assert (reading.comparator, reading.value, reading.high) == (comparator, low, high)


@pytest.mark.parametrize(
    ("text", "pasted", "meanings"),
    [
        ("1,250", False, ["1250", "1.25"]),
        ("1,5", False, ["1.5"]),
        ("1.250", True, ["1250", "1.25"]),
        ("1.250,5", True, ["1250.5"]),
        ("12%", False, []),
        ("5-7", False, []),
    ],
)
def test_a_number_that_could_mean_two_things_is_marked(client, owner, text, pasted, meanings):
    kpi = owned(owner)
    [told] = send(client, {"key": key(kpi), "text": text, "pasted": pasted})
    assert (told["outcome"], told["meanings"]) == ("refused", meanings)
    assert not Reading.objects.exists()


def test_ratio_takes_numerator_and_denominator(client, owner):
    kpi = owned(owner, kind="ratio", scale=100, unit="%")
    [half] = send(client, {"key": key(kpi), "numerator": "29", "denominator": ""})
    assert "both the numerator and the denominator" in half["message"]
    [told] = send(client, {"key": key(kpi), "numerator": "29", "denominator": "40"})
    reading = Reading.objects.get()
    assert told["outcome"] == "saved"
    assert (reading.numerator, reading.denominator, reading.value) == (29, 40, make.Decimal("72.5"))


def test_emptying_a_cell_takes_nothing_back(client, owner):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018-Q4", "40")
    [told] = send(client, {"key": key(kpi), "text": "", "version": old.pk}, reason="Gone")
    assert told["code"] == "emptied"
    assert LiveReading.objects.get().reading == old


def test_without_a_source_the_last_one_of_the_kpi_counts_and_else_it_is_asked(client, owner):
    kpi = owned(owner)
    [told] = send(client, {"key": key(kpi, "2018-Q3"), "text": "1"}, source="")
    assert told["code"] == "source"
    make.reading(make.total(kpi), "2018-Q2", "40", source="Census")
    send(client, {"key": key(kpi, "2018-Q3"), "text": "1"}, source="")
    assert LiveReading.objects.get(period_start="2018-07-01").source.name == "Census"


# Who may write where


def test_only_the_owners_post_and_the_delivery_unit_may_write(client, owner):
    kpi = owned(people.ministry_officer())
    ProgrammeReader.objects.create(programme=kpi.area.programme, user=owner)
    assert client.get(f"/kpis/{kpi.code}/").status_code == 200  # reading is not writing
    [told] = send(client, {"key": key(kpi), "text": "1"})
    assert told["code"] == "not_yours"
    assert "There is nothing for you to report" in client.get("/entry/").text


def test_a_vacant_post_is_reported_for_by_the_delivery_unit_with_the_document(client):
    kpi = make.kpi(
        owner=people.PostFactory(), reporting_from=datetime.date(2018, 1, 1), frequency="quarterly"
    )
    unit = people.delivery_unit()
    client.force_login(unit)
    [told] = send(client, {"key": key(kpi), "text": "7"})
    assert told["code"] == "evidence"
    file = SimpleUploadedFile("minute.pdf", PDF)
    kept = client.post("/entry/evidence/", {"document": file}).json()
    cells = [{"key": key(kpi), "text": "7"}, {"key": key(kpi, "2018-Q3"), "text": "6"}]
    told = send(client, *cells, evidence=kept["evidence"])
    assert [each["outcome"] for each in told] == ["saved", "saved"]
    reading = Reading.objects.first()
    assert (reading.by_user, reading.principal_post, reading.evidence_id) == (
        unit,
        kpi.owner,
        kept["evidence"],
    )
    assert [row.document_id for row in reading.documents.all()] == [kept["evidence"]]


def test_somebody_elses_document_proves_nothing(client):
    kpi = make.kpi(owner=people.PostFactory(), frequency="quarterly")
    client.force_login(people.delivery_unit())
    file = SimpleUploadedFile("minute.pdf", PDF)
    kept = client.post("/entry/evidence/", {"document": file}).json()
    client.force_login(people.delivery_unit())
    [told] = send(client, {"key": key(kpi), "text": "7"}, evidence=kept["evidence"])
    assert told["code"] == "evidence"


def test_evidence_is_the_delivery_units(client, owner):
    file = SimpleUploadedFile("minute.pdf", PDF)
    assert client.post("/entry/evidence/", {"document": file}).status_code == 403
    assert not Document.objects.exists()


def test_restricted_kpi_is_nobody_elses(client, owner):
    kpi = owned(owner)
    kpi.restricted_to.add(make_forum())
    assert kpi.name in client.get("/entry/").text
    other = people.ministry_officer()
    client.force_login(other)
    owned(other, name="Another measure", area=kpi.area)
    assert kpi.name not in client.get("/entry/").text
    assert send(client, {"key": key(kpi), "text": "1"})[0]["code"] == "not_yours"


def test_closed_programmes_and_ended_kpis_take_nothing(client, owner):
    kpi = owned(owner)
    programme = kpi.area.programme
    programme.closed_at, programme.closed_because = make.AT, "Over"
    programme.save()
    assert "There is nothing for you to report" in client.get("/entry/").text
    assert send(client, {"key": key(kpi), "text": "1"})[0]["code"] == "not_yours"


def test_a_replaced_definition_takes_nothing(client, owner):
    kpi = owned(owner)
    old = key(kpi)
    kpis.redefine(kpi=kpi, reason="Counted anew", unit="offences", by=make.BY, at=make.AT)
    assert send(client, {"key": old, "text": "1"})[0]["code"] == "not_yours"


def test_a_locked_period_is_shown_and_refused(client, owner):
    kpi = owned(owner)
    make.reading(make.total(kpi), "2018-Q4", "40")
    first, last = datetime.date(2018, 10, 1), datetime.date(2018, 12, 31)
    locks.lock(
        programme=kpi.area.programme,
        first=first,
        last=last,
        reason="Audited",
        by=people.actor(people.delivery_unit()),
        at=make.AT,
    )
    page = client.get("/entry/").text
    assert "Locked" in page
    assert f'name="v-{key(kpi)}"' not in page
    assert f'name="v-{key(kpi, "2018-Q3")}"' in page
    old = LiveReading.objects.get().reading
    [told] = send(client, {"key": key(kpi), "text": "41", "version": old.pk}, reason="Late")
    assert told["outcome"] == "refused"
    assert LiveReading.objects.get().reading == old


@pytest.mark.parametrize("when", ["2019-Q2", "2018-01-01/2018-08-31"])
def test_a_period_that_is_not_over_or_not_the_kpis_own_is_refused(client, owner, when):
    kpi = owned(owner)
    assert send(client, {"key": key(kpi, when), "text": "1"})[0]["outcome"] == "refused"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'{"user": USER, "cells": 3}',
        b'{"user": USER, "cells": [3]}',
        b'{"user": USER, "cells": [{"key": 3}]}',
        b'{"user": USER, "cells": [{"key": "1_2019-01-01_2019-03-31", "text": ["x"]}]}',
        b'{"user": USER, "cells": [{"key": "1_2019-01-01_2019-03-31", "text": "1\\u0000"}]}',
        b'{"user": USER, "cells": [{"key": "1", "version": "1"}]}',
        b'{"user": USER, "cells": [{"key": "1", "version": true}]}',
        b'{"user": USER, "cells": [{"key": "1", "evidence": 99999999999999999999999}]}',
        b'{"user": "USER", "cells": []}',
        b'{"cells": []}',
    ],
)
def test_a_request_that_no_page_sends_is_refused(client, owner, body):
    body = body.replace(b"USER", str(owner.pk).encode(), 1)
    response = client.post("/entry/cells/", body, content_type="application/json")
    assert response.status_code in (400, 403)
    assert response.status_code == 403 or "This could not be read." in response.json()["message"]


@pytest.mark.parametrize(
    "name", ["", "x", "1_2019-13-01_2019-01-01", "9" * 20 + "_2019-01-01_2019-03-31"]
)
def test_a_cell_that_is_none_is_refused(client, owner, name):
    assert send(client, {"key": name, "text": "1"})[0]["code"] == "not_yours"


def test_a_window_left_open_writes_nothing_in_the_name_of_who_signed_in_since(client, owner):
    kpi = owned(owner)
    client.force_login(people.holder(people.post_of(owner), acting=True))
    cell = {"key": key(kpi), "text": "1", "version": 0, "state": "final", "source": "Register"}
    for address, more in (("cells", {"cells": [cell]}), ("presence", {"cells": {}, "here": ""})):
        body = json.dumps({"user": owner.pk, **more})
        answer = client.post(f"/entry/{address}/", body, content_type="application/json")
        assert (answer.status_code, "Somebody else" in answer.json()["message"]) == (403, True)
    assert not Reading.objects.exists()


# The page, and the plain form


def test_the_page_marks_what_is_due_provisional_verified_and_disputed(client, owner):
    kpi = owned(owner)
    series = make.total(kpi)
    make.reading(series, "2018-Q3", "40", state="provisional")
    checked = make.reading(series, "2018-Q4", "41")
    checker = people.actor(people.verifier())
    readings.verify(reading=checked, note="", by=checker, at=make.AT)
    holds.open(kpi=kpi, ref="dispute:1", reason="Who counts?", by=make.BY, at=make.AT)
    text = client.get("/entry/").text
    for word in ("Was due on", "Provisional", "Final", "Verified", "Disputed"):
        assert word in text
    [told] = send(client, {"key": key(kpi), "text": "41", "version": checked.pk})
    assert marks(told["cell"]) == ["Final", "Verified", "Disputed"]


def test_a_plain_form_saves_what_changed_and_nothing_else(client, owner):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018-Q3", "40")
    third, fourth = key(kpi, "2018-Q3"), key(kpi)
    typed = {f"v-{third}": "40", f"v-{fourth}": "<5"}
    response = client.post("/entry/", form(kpi, typed, {third: old.pk}), follow=True)
    assert "1 value is saved." in response.text
    assert Reading.objects.count() == 2
    assert LiveReading.objects.get(reading=old)


def test_a_plain_form_keeps_what_was_refused_beside_its_message(client, owner):
    kpi = owned(owner)
    typed = {f"v-{key(kpi, '2018-Q3')}": "12", f"v-{key(kpi)}": "1,5"}
    text = client.post("/entry/", form(kpi, typed)).text
    assert "1 value is saved." in text
    assert 'value="1,5"' in text
    assert "1.5, not 1,5" in text
    assert f'href="#v-{key(kpi)}"' in text


def test_a_plain_form_shows_both_values_of_a_conflict_and_the_second_save_is_the_choice(
    client, owner
):
    kpi = owned(owner)
    old = make.reading(make.total(kpi), "2018-Q4", "40")
    someone = people.actor(people.ministry_officer(name="Aminah"))
    theirs = readings.correct(
        reading=old, observation=make.number("44"), reason="Recount", by=someone, at=make.AT
    )
    typed = {f"v-{key(kpi)}": "41"}
    text = client.post("/entry/", form(kpi, typed, {key(kpi): old.pk}, reason="Late")).text
    assert "Aminah wrote 44" in text
    assert 'value="41"' in text
    assert f":{theirs.pk}" in text
    client.post("/entry/", form(kpi, typed, {key(kpi): theirs.pk}, reason="Late"))
    assert LiveReading.objects.get().reading.value == 41


def test_a_plain_form_without_its_document_loses_nothing(client):
    kpi = make.kpi(
        owner=people.PostFactory(), reporting_from=datetime.date(2018, 1, 1), frequency="quarterly"
    )
    client.force_login(people.delivery_unit())
    typed = {f"v-{key(kpi)}": "41"}
    text = client.post("/entry/", form(kpi, typed)).text
    assert "Attach the document" in text
    assert 'value="41"' in text
    wrong = SimpleUploadedFile("minute.exe", b"MZ")
    text = client.post("/entry/", form(kpi, typed, document=wrong)).text
    assert "This kind of file is not accepted" in text
    assert 'value="41"' in text
    right = SimpleUploadedFile("minute.pdf", PDF)
    text = client.post("/entry/", form(kpi, typed, document=right), follow=True).text
    assert "1 value is saved." in text


def test_the_largest_page_fits_into_one_form(settings):
    """Two boxes a cell at most, and one hidden field a row."""
    assert PER_PAGE * MOST * 2 + PER_PAGE + 10 <= settings.DATA_UPLOAD_MAX_NUMBER_FIELDS


def test_rows_are_those_of_the_programme_and_the_frequency_asked_for(client, owner):
    make.cell(make.kpi(), "region=north")  # so that series and KPIs have other numbers
    mine = owned(owner, name="Arrivals by quarter")
    owned(owner, area=mine.area, name="Arrivals by year", frequency="yearly")
    elsewhere = owned(owner, name="Waiting by quarter")
    text = client.get(f"/entry/?programme={mine.area.programme.code}&frequency=quarterly").text
    assert "Arrivals by quarter" in text
    assert "Arrivals by year" not in text
    assert "Waiting by quarter" not in text
    assert elsewhere.area.programme.name in text
    assert client.get("/entry/?programme=no-such").status_code == 404


def test_the_delivery_unit_sees_all_with_whom_they_are_for(client):
    first = owned(people.ministry_officer(), name="Of the first")
    owned(people.ministry_officer(), area=first.area, name="Of the second")
    client.force_login(people.delivery_unit())
    text = client.get("/entry/").text
    assert f"For {first.owner}." in text
    assert "Of the second" in text
    assert "Spreadsheet for one organisation" in text
    assert "Document that shows the values" in text


def test_parts_of_a_breakdown_have_rows_and_composites_have_none(client, owner):
    kpi = owned(owner, name="Arrivals")
    make.cell(kpi, "region=north")
    assert "Arrivals: north" in client.get("/entry/").text
    kpi.definitions.update(composition="sum")
    assert "There is nothing for you to report" in client.get("/entry/").text


def test_done_or_not_done_is_a_choice(client, owner):
    kpi = owned(owner, kind="milestone", unit="")
    assert '<option value="1">Done</option>' in client.get("/entry/").text
    assert send(client, {"key": key(kpi), "text": "2"})[0]["outcome"] == "refused"
    assert send(client, {"key": key(kpi), "text": "1"})[0]["outcome"] == "saved"
    assert '<option value="1" selected>Done</option>' in client.get("/entry/").text


def test_the_grid_asks_no_more_for_more_rows(client, owner):
    area = AreaFactory()
    area.programme.country = "MY"
    area.programme.save()

    def add(count: int) -> None:
        for _each in range(count):
            series = make.total(owned(owner, area=area))
            make.history(series, "2018-01-01", ["1", "2", "3"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/entry/")
        return len(captured)

    add(3)
    client.get("/entry/")
    few = asked()
    add(12)
    assert asked() == few


# Who is where


def beat(client: Client, here: str, **shown: int) -> dict:
    body = json.dumps({"user": user_of(client), "cells": shown, "here": here})
    return client.post("/entry/presence/", body, content_type="application/json").json()


def test_two_people_at_one_cell_are_told_of_each_other_and_of_newer_values(owner):
    kpi = owned(owner)
    cell = key(kpi)
    first, second = Client(), Client()
    first.force_login(owner)
    deputy = people.holder(people.post_of(owner), acting=True, name="Boon")
    second.force_login(deputy)
    assert beat(first, cell, **{cell: 0}) == {"others": {}, "cells": []}
    assert beat(second, cell, **{cell: 0})["others"] == {cell: [owner.name]}
    send(second, {"key": cell, "text": "12"})
    told = beat(first, cell, **{cell: 0})
    assert told["others"] == {cell: ["Boon"]}
    assert [(each["key"], each["text"], each["by"]) for each in told["cells"]] == [
        (cell, "12", "Boon")
    ]
    beat(second, "", **{cell: 0})
    assert beat(first, cell, **{cell: 0})["others"] == {}


def test_a_person_who_fell_silent_is_forgotten(owner):
    kpi = owned(owner)
    cell = key(kpi)
    first, second = Client(), Client()
    first.force_login(owner)
    second.force_login(people.holder(people.post_of(owner), acting=True))
    beat(first, cell, **{cell: 0})
    with time_machine.travel(make.AT + datetime.timedelta(seconds=20), tick=False):
        assert beat(second, cell, **{cell: 0})["others"] == {}
    with time_machine.travel(make.AT + datetime.timedelta(minutes=5), tick=False):
        beat(first, key(kpi, "2018-Q3"))
    assert CellPresence.objects.filter(user=owner).count() == 1


def test_presence_at_a_cell_of_others_says_nothing(client, owner):
    kpi = owned(people.ministry_officer())
    assert beat(client, key(kpi), **{key(kpi): 0}) == {"others": {}, "cells": []}
    assert not CellPresence.objects.exists()
