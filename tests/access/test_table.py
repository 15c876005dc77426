"""Every address × persona → status, as policy.txt says."""

from __future__ import annotations

import json

import pytest

from tests.access.addresses import address, thing
from tests.access.asking import ANYBODY, PERSONAS, TOKENS, ask, client_of, said, secrets_in
from tests.access.table import SIGN_IN, Row, patterns, rows
from tests.access.world import World

pytestmark = pytest.mark.django_db
POSTED = "api-reading-list"
REFUSED = {SIGN_IN, "401", "403", "404"}
# Of an installed package, and closed here by an address of the same name before it.
CLOSED = {"account_email"}


def test_every_address_is_in_the_table() -> None:
    named = {row.name for row in rows()}
    addresses = [name for name, _pattern in patterns()]
    assert sorted({*addresses} - named) == [], "say in policy.txt who is let in"
    assert sorted(named - {*addresses}) == []
    twice = sorted({name for name in addresses if addresses.count(name) > 1} - CLOSED)
    assert twice == [], "the second one is never reached"


@pytest.mark.parametrize("column", [ANYBODY, *PERSONAS, *TOKENS])
def test_who_is_let_in_where(world: World, column: str) -> None:
    client = client_of(world, column)
    known = dict(patterns())
    wrong = []
    for row in rows():
        if column not in row.answers:
            continue
        url = address(world, row.name, known[row.name], "" if row.name == POSTED else row.of)
        for method in _methods(row, column):
            given = _value(world, row.of) if (row.name, method) == (POSTED, "POST") else {}
            answer = ask(client, method, url, **given)
            place = f"{method} {row.name} {row.of}"
            if said(answer) != row.answers[column]:
                wrong.append(f"{place}: {said(answer)}, not {row.answers[column]}")
            if told := secrets_in(answer, column):
                wrong.append(f"{place} tells: {told}")
    assert not wrong, "\n".join(wrong)


def _methods(row: Row, column: str) -> tuple[str, ...]:
    """Both methods; personas who are refused alike take turns, one reads and the next posts."""
    alike = [each for each, answer in row.answers.items() if answer == row.answers[column]]
    if row.answers[column] not in REFUSED or len(alike) == 1:
        return row.methods
    return (row.methods[alike.index(column) % len(row.methods)],)


def _value(world: World, of: str) -> dict[str, str]:
    """One value, as a system posts it."""
    value = {"kpi": thing(world, "kpi", of).code, "period": "2017", "value": "95"}
    data = json.dumps(value | {"source": "Bridge"})
    return {"data": data, "content_type": "application/json"}


@pytest.mark.parametrize("column", [ANYBODY, "unt"])
def test_what_is_only_read_takes_nothing_and_what_is_only_posted_shows_nothing(
    world: World, column: str
) -> None:
    client = client_of(world, column)
    known = dict(patterns())
    pages = [row for row in rows() if row.refused and not row.of]
    found = {
        str(row): said(ask(client, row.refused, address(world, row.name, known[row.name], "")))
        for row in pages
    }
    if column == "unt":
        assert {row: status for row, status in found.items() if status != "405"} == {}
    else:
        inside = {str(row) for row in pages if row.answers[ANYBODY] in {SIGN_IN, "401"}}
        assert {row: found[row] for row in inside if found[row] not in {SIGN_IN, "401"}} == {}


def test_a_token_opens_no_page(world: World) -> None:
    client = client_of(world, "rd")
    known = dict(patterns())
    pages = [row for row in rows() if row.answers[ANYBODY] == SIGN_IN]
    found = {
        said(ask(client, row.methods[0], address(world, row.name, known[row.name], row.of)))
        for row in pages
    }
    assert found == {SIGN_IN}


def test_a_system_cannot_sign_in(world: World, client) -> None:
    system = world.users["system"]
    system.set_password("correct horse battery")
    system.save()
    given = {"login": system.email, "password": "correct horse battery"}
    answer = client.post("/accounts/login/", given)
    assert answer.status_code == 200
    assert "_auth_user_id" not in client.session
