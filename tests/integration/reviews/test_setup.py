"""The first run: a token in the terminal, one page, all of it or nothing, once."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from forums.models import Forum
from kpis.models import Rule
from labs.models import Programme
from ledger.models import Event
from people.models import Installation, Organisation, Post, User
from people.models.access import Role
from people.selectors import people

pytestmark = pytest.mark.django_db

PASSWORD = "a long way to the top"


@pytest.fixture
def live(settings):
    settings.DEMO = False


@pytest.fixture
def address(live, capsys):
    """The set-up page's path, as printed in the terminal."""
    call_command("setup_token", "--address", "http://localhost:8123")
    return re.search(r"http://localhost:8123(/setup/[\w-]+/)", capsys.readouterr().out)[1]


def filled(**changes: str) -> dict[str, str]:
    """The form as someone fills it in; three forums, two rows left empty."""
    given = {
        "name": "Idris",
        "email": "Idris@example.org",
        "password": PASSWORD,
        "organisation": "Delivery Unit",
        "programme_name": "Health 2030",
        "programme_code": "health-2030",
        "currency": "myr",
        "country": "my",
        "time_zone": "Asia/Kuala_Lumpur",
        "fiscal_year_start": "7",
        "forums-TOTAL_FORMS": "5",
        "forums-INITIAL_FORMS": "5",
        "forums-MIN_NUM_FORMS": "5",
        "forums-MAX_NUM_FORMS": "5",
    }
    rows = [
        ("Working committee", "Secretary-General", "Ministry of Health"),
        ("", "", ""),
        ("Steering committee", "Minister", "Ministry of Health"),
        ("", "", ""),
        ("Prime Minister", "Prime Minister", "Office of the Prime Minister"),
    ]
    for number, row in enumerate(rows):
        for name, value in zip(("name", "chair_title", "organisation"), row, strict=True):
            given[f"forums-{number}-{name}"] = value
    return given | changes


def test_the_page_makes_everything_and_signs_in(client, address):
    assert client.get(address).status_code == 200
    answer = client.post(address, filled())
    assert answer.status_code == 302
    user = User.objects.get()
    assert client.session["_auth_user_id"] == str(user.pk)
    assert user.email == "idris@example.org"
    assert people.roles_of(user) == {Role.ADMINISTRATOR, Role.DELIVERY_UNIT}

    programme = Programme.objects.get()
    assert (programme.code, programme.currency, programme.country) == ("health-2030", "MYR", "MY")
    assert (programme.time_zone, programme.fiscal_year_start) == ("Asia/Kuala_Lumpur", 7)
    assert Rule.objects.filter(programme=programme).exists()

    lowest = Forum.objects.get(name="Working committee")
    ladder = [lowest, lowest.parent, lowest.parent.parent]
    assert [forum.name for forum in ladder] == [
        "Working committee", "Steering committee", "Prime Minister",
    ]  # fmt: skip
    assert ladder[-1].parent is None
    assert lowest.chair.organisation == ladder[1].chair.organisation
    assert lowest.country == "MY"

    verbs = set(Event.objects.values_list("verb", flat=True))
    assert verbs >= {"user.created", "role.granted", "organisation.created", "programme.opened",
                     "forum.created", "installation.set_up"}  # fmt: skip


def test_it_works_once(client, address, capsys):
    client.post(address, filled())
    client.logout()
    assert client.get(address).status_code == 404
    assert client.post(address, filled(email="other@example.org")).status_code == 404
    assert User.objects.count() == 1
    call_command("setup_token")
    assert "set up already" in capsys.readouterr().out
    assert Installation.objects.get().setup_digest == ""


@pytest.mark.parametrize("token", ["wrong", "x" * 43, "0" * 400])
def test_a_wrong_token_finds_nothing(client, address, token):
    assert client.get(f"/setup/{token}/").status_code == 404


def test_before_any_token_there_is_no_page(client):
    Installation.objects.create(kind="live")
    assert client.get("/setup/x/").status_code == 404


def test_each_start_ends_the_token_before(client, address):
    call_command("setup_token")
    assert client.get(address).status_code == 404


def test_only_a_digest_is_kept(address):
    token = address.split("/")[2]
    assert token not in str(Installation.objects.values())


def made() -> int:
    return sum(
        model.objects.count() for model in (User, Organisation, Post, Programme, Forum, Event)
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"password": "password"}, "too common"),
        ({"email": "nobody"}, "valid email"),
        ({"programme_code": "Health 2030"}, "valid"),
        ({"programme_code": "HEALTH"}, "small letters"),
        ({"currency": "RM"}, "three letters"),
        ({"country": "ZZ"}, "no calendar"),
        ({"time_zone": "Mars/Olympus"}, "valid choice"),
        ({"fiscal_year_start": "13"}, "valid choice"),
        ({"forums-2-organisation": ""}, "empty the whole row"),
        ({"forums-2-name": "prime minister"}, "same name"),
        (
            {f"forums-{row}-{name}": "" for row in range(5)
             for name in ("name", "chair_title", "organisation")},
            "at least one forum",
        ),
    ],
)  # fmt: skip
def test_what_does_not_hold_is_told_and_nothing_is_made(client, address, changes, told):
    answer = client.post(address, filled(**changes))
    assert answer.status_code == 200
    assert told.lower() in answer.text.lower()
    assert 'value="Idris"' in answer.text
    assert PASSWORD not in answer.text
    assert made() == 0
    assert client.post(address, filled()).status_code == 302


def test_a_demo_database_is_not_set_up_as_live(live, capsys):
    Installation.objects.create(kind="demo")
    with pytest.raises(CommandError, match="other kind"):
        call_command("setup_token")
