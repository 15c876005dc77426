"""Reading changes nothing; a form is taken once, from the page it was made for."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client

from forums.models import Vote
from kpis.models import Reading, Verification
from people.models import ApiClient
from reviews.models import Dispute, SettlementAnswer
from tests.access.addresses import address
from tests.access.asking import TOKENS, ask, body, client_of
from tests.access.table import patterns, rows
from tests.access.world import World
from tests.factories import reviews as make

pytestmark = pytest.mark.django_db
ASIDE = {"sessions.Session", "people.ApiClient", "people.CalendarFeed"}  # when last used


def _content() -> dict[str, list[str]]:
    """Every row of every table, by table; sessions and the last use of tokens aside."""
    models = apps.get_models(include_auto_created=True)
    watched = [each for each in models if each._meta.label not in ASIDE]
    return {
        each._meta.label: sorted(map(repr, each._default_manager.values_list())) for each in watched
    }


def test_reading_every_address_changes_nothing(world: World) -> None:
    """Asked by the delivery unit, whom most pages are open to."""
    client = client_of(world, "unt")
    known = dict(patterns())
    content = _content()
    for row in rows():
        if "GET" in row.methods and row.name != "account_logout":
            client.get(address(world, row.name, known[row.name], _of(row)))
    after = _content()
    assert [label for label in content if content[label] != after[label]] == []


def _of(row: Any) -> str:
    return "" if row.name == "api-reading-list" else row.of


def test_reading_with_a_token_changes_no_more_than_when_it_was_used(world: World) -> None:
    client = client_of(world, "rd")
    before = list(ApiClient.objects.exclude(pk=world.things["client"].pk).values_list())
    content = _content()
    for url in ("/api/v1/kpis/", "/api/v1/readings/", "/api/v1/events/"):
        client.get(url)
    assert _content() == content
    assert before == list(ApiClient.objects.exclude(pk=world.things["client"].pk).values_list())


def test_no_form_is_taken_without_the_token_of_its_page(world: World) -> None:
    """Whatever the form and whoever sends it: nothing happens, and the page says what to do."""
    client = client_of(world, "unt", enforce_csrf_checks=True)
    known = dict(patterns())
    forms = [row for row in rows() if "POST" in row.methods and "/" not in row.name]
    wrong = []
    for row in forms:
        if row.of or row.name.startswith("api"):
            continue
        answer = ask(client, "POST", address(world, row.name, known[row.name], ""))
        if answer.status_code != 403 or "The form was not accepted" not in body(answer):
            wrong.append(f"{row}: {answer.status_code}")
    # Health is asked by machines without a session; there is nothing to protect.
    assert wrong == []


def test_a_session_posts_values_only_from_its_own_pages(world: World) -> None:
    """The API with a session needs the token of the page; with a bearer token it does not."""
    given = {"kpi": world.things["kpi"].code, "period": "2016", "value": "99", "source": "Bridge"}
    sent = {"data": json.dumps(given), "content_type": "application/json"}
    refused = ask(
        client_of(world, "off", enforce_csrf_checks=True), "POST", "/api/v1/readings/", **sent
    )
    assert refused.status_code == 403
    assert set(refused.json()["error"]) >= {"code", "message"}
    system = client_of(world, "wr", enforce_csrf_checks=True)
    assert ask(system, "POST", "/api/v1/readings/", **sent).status_code == 201


def test_the_same_form_twice_acts_once(world: World) -> None:
    """The second answer says so on a page; it is never a fault, and adds nothing."""
    things = world.things
    reading = things["reading"]
    kpi = things["kpi"].code
    value = {"period": "2017-01-01/2017-12-31", "value": "95", "source": "Census"}
    value |= {"comparator": "=", "state": "final"}
    acts: list[tuple[str, str, dict[str, str], Any]] = [
        ("off", f"/kpis/{kpi}/readings/new/", value, Reading),
        ("ver", f"/kpis/{kpi}/readings/{reading.pk}/verify/", {"note": "Seen"}, Verification),
        (
            "off",
            f"/settlements/{things['settlement'].pk}/answer/",
            {"assents": "no", "reason": "Not fair."},
            SettlementAnswer,
        ),
        (
            "mem",
            f"/motions/{things['motion'].pk}/vote/",
            {"choice": "for", "reason": "Agreed."},
            Vote,
        ),
    ]
    for column, url, form, model in acts:
        client = client_of(world, column)
        before = model.objects.count()
        first = client.post(url, form)
        assert first.status_code == 302, (url, body(first)[-1500:])
        again = client.post(url, form)
        assert again.status_code in {200, 302, 403}, url
        assert model.objects.count() == before + 1, url


def test_a_form_from_a_page_that_is_out_of_date_is_refused_with_what_was_typed(
    world: World,
) -> None:
    client = client_of(world, "off")
    dispute = Dispute.objects.get(pk=world.things["dispute 2"].pk)
    form = {"trigger": "deadlock", "reason": "We are stuck", "seen_at_tier": "1"}
    moved = client.post(f"/disputes/{dispute.pk}/bump-up/", form)
    assert (moved.status_code, "We are stuck" in body(moved)) == (200, True)
    dispute.refresh_from_db()
    assert dispute.tier == 2
    make.close_programme(world.things["place"])
    kpi = world.things["kpi"].code
    late = client.post(f"/kpis/{kpi}/readings/new/", {"value": "95"})
    assert late.status_code == 403, "the programme was closed meanwhile"


def test_a_session_that_has_ended_leads_back_to_the_page_it_wanted(world: World) -> None:
    answer = Client().get("/kpis/?programme=a")
    assert answer.url == "/accounts/login/?next=/kpis/%3Fprogramme%3Da"


@pytest.mark.parametrize("column", ["exp", "rev"])
def test_a_dead_token_is_told_no_more_than_a_wrong_one(world: World, column: str) -> None:
    wrong = Client(headers={"Authorization": "Bearer mk_nothing_at-all"}).get("/api/v1/kpis/")
    dead = client_of(world, column).get("/api/v1/kpis/")
    assert (dead.status_code, dead.json()) == (401, wrong.json())
    assert dead["WWW-Authenticate"] == "Bearer"
    assert TOKENS[column] in world.tokens
    assert connection.in_atomic_block
