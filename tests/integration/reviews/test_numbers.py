"""Numbers of a programme and year, from real cases."""

from __future__ import annotations

import csv
import datetime
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from forums.models import Forum
from kpis.models import Deviation, Kpi
from labs.models import Programme, ResultArea
from ledger.rules.actors import Actor
from people.models import LocalHoliday
from reviews.models import Dispute, InformationRequest, Review
from reviews.selectors import numbers
from reviews.services import information, ladder
from tests.factories import disputes as make_disputes
from tests.factories import labs as make_labs
from tests.factories import reviews as make
from tests.factories.forums import make_forum
from tests.factories.people import auditor, delivery_unit, outsider

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]
DAY = datetime.timedelta(days=1)
SWEEP = Actor.system("test")


def about(area: ResultArea) -> dict[str, object]:
    """A subject of its own: one dispute about each KPI."""
    code = f"kpi-{Kpi.objects.count()}-of-{area.pk}"
    return {"area": area, "kpi": make_disputes.make_kpi(area, code=code)}


def of(programme: Programme, year: int = 2019) -> numbers.Numbers:
    return numbers.numbers(programme, year, make.AT)


def client_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def counted(url: str, client: Client) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_disputes_are_counted_where_and_how_they_ended():
    first = make_disputes.settled()
    area = first.area
    make_disputes.open_dispute(**about(area))
    climbed = make_disputes.at_tier(2, **about(area))
    make_disputes.rule(make_disputes.put_ruling(climbed))
    top = make_disputes.at_tier(4, **about(area))
    make_disputes.rule(make_disputes.put_ruling(top))
    found = of(area.programme)
    assert (found.opened, found.settled, found.ruled, found.withdrawn) == (4, 1, 2, 0)
    assert {tier.number: (tier.settled, tier.ruled) for tier in found.tiers} == {
        1: (1, 0),
        2: (0, 1),
        3: (0, 0),
        4: (0, 1),
    }
    assert (found.rulings_at_top, found.many_at_top) == (1, False)


def test_more_than_two_rulings_at_the_top_are_said_in_words():
    area = make_disputes.make_area(tiers=2)
    for _each in range(3):
        case = make_disputes.at_tier(2, **about(area))
        make_disputes.rule(make_disputes.put_ruling(case))
    assert of(area.programme).many_at_top
    page = client_of(delivery_unit()).get(f"/programmes/{area.programme.code}/numbers/")
    assert "3 rulings at the top" in page.content.decode()
    assert "One or two in a year are expected" in page.content.decode()


def test_days_at_a_tier_are_those_of_stays_that_ended_in_the_year():
    area = make_disputes.make_area()
    for days in (2, 5, 9):
        case = make_disputes.open_dispute(**about(area))
        at = make.AT + days * DAY
        ladder.climb(dispute=case, trigger="deadlock", reason="Stuck", by=SWEEP, at=at)
    (first,) = [tier for tier in of(area.programme).tiers if tier.number == 1]
    assert (first.stays.each, first.stays.days) == ([2, 5, 9], 5)
    assert first.stays.working_days == 3  # Wednesday to Monday
    assert not of(area.programme, 2018).tiers


def test_working_days_at_a_tier_are_those_of_the_calendar_of_its_forum():
    """As its last day was: from Wednesday to Monday over Easter, which the programme works."""
    area = make_disputes.make_area(country="GB")
    Programme.objects.filter(pk=area.programme_id).update(country="MY")
    case = make_disputes.open_dispute(**about(area))
    at = make.AT + 5 * DAY
    ladder.climb(dispute=case, trigger="deadlock", reason="Stuck", by=SWEEP, at=at)
    (first,) = [tier for tier in of(area.programme).tiers if tier.number == 1]
    assert [span.working_days for span in first.stays.spans] == [2]
    page = client_of(delivery_unit()).get(f"/programmes/{area.programme.code}/numbers/")
    assert "those of the calendar of the forum that had it" in page.content.decode()


@pytest.mark.parametrize(("country", "days"), [("GB", 2), ("", 1)])
def test_working_days_of_a_review_are_those_of_its_forum_else_of_the_programme(country, days):
    review, draft = make.open_review()
    Programme.objects.filter(pk=draft.place.programme.pk).update(country="MY")
    for after in (1, 5):
        day = make.AT.date() + after * DAY
        LocalHoliday.objects.create(country="MY", day=day, name="A day off")
    Forum.objects.filter(pk=review.forum_id).update(country=country)
    Deviation.objects.update(opened_at=make.AT)
    Review.objects.filter(pk=review.pk).update(opened_at=make.AT + 5 * DAY)
    (opened, *_later) = of(draft.place.programme).steps
    assert [span.working_days for span in opened.spread.spans] == [days]


def test_restricted_disputes_are_counted_too():
    case = make_disputes.open_dispute(restricted_to=[make_forum("Security")], title="Hush hush")
    assert of(case.area.programme).opened == 1
    page = client_of(delivery_unit()).get(f"/programmes/{case.area.programme.code}/numbers/")
    assert "Hush hush" not in page.content.decode()


def test_what_was_refused_and_what_was_met_with_silence_is_withheld(disputed):
    case = disputed
    for question in ("One", "Two", "Three"):
        information.ask(
            dispute=case,
            asked_by=make_disputes.party(case, 0),
            organisation=make_disputes.party(case, 1).organisation,
            question=question,
            due_on=make.ON + 10 * DAY,
            by=make_disputes.by(make_disputes.party(case, 0)),
            at=make.AT,
        )
    first, second, _third = InformationRequest.objects.order_by("pk")
    information.refuse(
        request=first,
        reason="Secret",
        by=make_disputes.by(make_disputes.party(case, 1)),
        at=make.AT,
    )
    InformationRequest.objects.filter(pk=second.pk).update(silent_since=make.ON)
    found = of(case.area.programme)
    assert (found.refused, found.silent, found.withheld) == (1, 1, 2)


def test_time_is_counted_from_the_first_deviation(opened):
    review, draft = opened
    make.carry(make.propose(review).motion, make.AT + 6 * DAY)
    found = of(draft.place.programme)
    steps = {step.code: step.spread.each for step in found.steps}
    assert steps == {"review": [0], "decision": [6], "revision": []}
    assert (found.reviews_closed, found.no_action) == (1, 1)
    assert [(row.count) for row in found.no_action_by_rule] == [1] * len(found.no_action_by_rule)
    assert found.no_action_by_rule


def test_plans_revised_and_lessons_are_of_the_year(opened):
    review, draft = opened
    make.carry(make.propose(review).motion)
    found = of(draft.place.programme, 2018)
    assert (found.revised.plans, found.revised.revised) == (1, 0)
    now = of(draft.place.programme)
    assert (now.asked.asked, now.asked.open) == (1, 1)


def test_years_are_those_of_the_programmes_fiscal_calendar(disputed):
    case = disputed
    programme = case.area.programme
    Programme.objects.filter(pk=programme.pk).update(fiscal_year_start=7)
    programme.refresh_from_db()
    assert (of(programme, 2018).opened, of(programme, 2019).opened) == (1, 0)
    assert of(programme, 2018).year.label == "2018/19"
    assert numbers.years(programme, make.AT) == [2018]


def test_midnight_is_that_of_the_programme(disputed):
    case = disputed
    programme = case.area.programme
    Programme.objects.filter(pk=programme.pk).update(time_zone="Asia/Kuala_Lumpur")
    programme.refresh_from_db()
    eve = datetime.datetime(2018, 12, 31, 17, tzinfo=datetime.UTC)  # already New Year there
    Dispute.objects.filter(pk=case.pk).update(at=eve)
    assert (of(programme, 2018).opened, of(programme, 2019).opened) == (0, 1)


@pytest.mark.parametrize("year", ["", "0", "20x9", "99999", "-2019", "٢٠١٩"])
def test_a_year_that_is_none_shows_the_current_one(year):
    programme = make_labs.AreaFactory().programme
    page = client_of(delivery_unit()).get(f"/programmes/{programme.code}/numbers/", {"year": year})
    assert page.context["numbers"].year.year == 2019


def test_file_page_and_api_say_the_same():
    area = make_disputes.settled().area
    unit = client_of(delivery_unit())
    base = f"/programmes/{area.programme.code}/numbers"
    rows = list(csv.DictReader(io.StringIO(unit.get(f"{base}.csv?year=2019").content.decode())))
    told = unit.get(f"/api/v1{base}/?year=2019").json()
    assert (told["year"], told["first"], told["last"]) == ("2019", "2019-01-01", "2019-12-31")
    assert [(row["number"], row["part"], row["value"]) for row in rows] == [
        (line["code"], line["part"], line["value"]) for line in told["numbers"]
    ]
    assert {
        "code": "disputes_settled",
        "part": "",
        "unit": "count",
        "value": "1",
        "n": None,
    } in told["numbers"]


def test_who_reads_the_programme_reads_its_numbers():
    programme = make_labs.AreaFactory().programme
    for user, status in ((outsider(), 404), (auditor(), 200), (delivery_unit(), 200)):
        client = client_of(user)
        for url in ("numbers/", "numbers.csv"):
            assert client.get(f"/programmes/{programme.code}/{url}").status_code == status
        assert client.get(f"/api/v1/programmes/{programme.code}/numbers/").status_code == status
    assert client_of(outsider()).get("/numbers/").status_code == 403


def test_queries_grow_neither_with_cases_nor_with_programmes():
    area = make_disputes.settled().area
    unit = client_of(delivery_unit())
    one = f"/programmes/{area.programme.code}/numbers/"
    before = counted(one, unit), counted("/numbers/", unit)
    make_disputes.settled(**about(area))
    make_disputes.ruled(**about(area))
    review, _draft = make.open_review()
    make.carry(make.propose(review).motion)
    make_disputes.settled()
    assert (counted(one, unit), counted("/numbers/", unit)) == before
    page = unit.get("/numbers/?year=2019")
    assert len(page.context["rows"]) == 3


def test_nothing_yet_is_a_page_too():
    programme = make_labs.AreaFactory().programme
    found = of(programme)
    assert (found.opened, found.tiers, found.asked.asked) == (0, [], 0)
    page = client_of(delivery_unit()).get(f"/programmes/{programme.code}/numbers/?year=1900")
    assert page.status_code == 200
