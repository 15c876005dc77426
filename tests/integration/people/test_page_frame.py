"""The frame of pages through the whole stack: who sees what, and that failure pages render."""

from __future__ import annotations

import datetime
import re

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from people.models import Appointment, Installation, Organisation, Post, RoleGrant, User

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> User:
    user = User.objects.create_user("officer@example.org", "a long password", name="Aminah Yusof")
    RoleGrant.objects.create(user=user, role="delivery_unit", granted_at=AT)
    return user


def test_gallery_is_for_the_delivery_unit_only(client: Client, officer: User) -> None:
    outsider = User.objects.create_user("other@example.org", "a long password", name="Lim Wei")

    assert client.get("/components/").status_code == 302
    client.force_login(outsider)
    assert client.get("/components/").status_code == 404
    client.force_login(officer)
    assert client.get("/components/").status_code == 200


def test_account_menu_names_the_posts_held_today(client: Client, officer: User) -> None:
    ministry = Organisation.objects.create(name="Ministry of Health", short_name="MoH")
    for title, ends_on in [("Director", None), ("Clerk", datetime.date(2018, 12, 31))]:
        Appointment.objects.create(
            post=Post.objects.create(organisation=ministry, title=title),
            user=officer,
            starts_on=datetime.date(2018, 1, 1),
            ends_on=ends_on,
        )
    client.force_login(officer)

    html = client.get("/components/").content.decode()

    assert "Director, MoH" in html
    assert "Clerk, MoH" not in html


def test_demo_accounts_are_never_named_in_a_live_installation(
    client: Client, officer: User
) -> None:
    Installation.objects.create(kind="live")

    html = client.get("/accounts/login/").content.decode()

    assert officer.email not in html
    assert "Demo accounts" not in html


def test_no_page_carries_inline_script_or_style(client: Client, officer: User) -> None:
    client.force_login(officer)
    for path in ["/components/", "/accounts/password/change/", "/accounts/logout/", "/nowhere"]:
        html = client.get(path).content.decode()

        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", html), path


@pytest.mark.parametrize("language", ["en", "es", "ms", "pt"])
@pytest.mark.parametrize("template", ["403.html", "403_csrf.html", "404.html", "500.html"])
def test_failure_page_renders_with_nothing_given(template: str, language: str) -> None:
    with translation.override(language):
        assert "<h1" in render_to_string(template)


def test_form_without_its_token_is_explained() -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {})

    assert answer.status_code == 403
    assert "Nothing was saved" in answer.content.decode()


def test_password_can_be_reset_by_mail(client: Client, officer: User, mailoutbox: list) -> None:
    client.post("/accounts/password/reset/", {"email": officer.email})
    link = re.search(r"https?://\S+", mailoutbox[0].body)
    assert link is not None
    page = client.get(re.sub(r"https?://[^/]+", "", link[0]), follow=True)
    answer = client.post(
        page.request["PATH_INFO"],
        {"password1": "another long one", "password2": "another long one"},
        follow=True,
    )

    assert "Your password is changed" in answer.content.decode()
    officer.refresh_from_db()
    assert officer.check_password("another long one")
