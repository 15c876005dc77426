"""Getting in: sign-in, closed by default, invitations, tokens."""

from __future__ import annotations

import datetime
import re

import pytest
from django.core import mail
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone
from rest_framework.views import APIView

from ledger.models import Event, Notice
from people.api.permissions import InScope
from people.models import ApiClient, Invitation, User
from people.models.access import Role
from people.selectors import people
from people.services import api_clients, invitations
from tests.factories import people as make

pytestmark = pytest.mark.django_db

PASSWORD = "a long way to the top"


@pytest.fixture
def api(client):
    """Asks for the events with a token."""
    return lambda token, **more: client.get(
        "/api/v1/events/", headers={"Authorization": f"Bearer {token}"}, **more
    )


def patterns(urls=None):
    for found in urls if urls is not None else get_resolver().url_patterns:
        if isinstance(found, URLResolver):
            yield from patterns(found.url_patterns)
        elif isinstance(found, URLPattern):
            yield found


OPEN = {
    "healthz", "readyz", "set_language", "setup", "invitation", "api_schema", "api_docs",
    "account_login", "account_logout", "account_signup", "account_reset_password",
    "account_reset_password_done", "account_reset_password_from_key",
    "account_reset_password_from_key_done", "account_inactive", "account_confirm_email",
    "account_email_verification_sent", "account_confirm_login_code", "mfa_authenticate",
    "calendar_feed",  # its address is the secret, as programs of calendars need it
}  # fmt: skip


def test_nothing_is_open_that_is_not_listed_here():
    found = {
        pattern.name
        for pattern in patterns()
        if not getattr(pattern.callback, "login_required", True)
        and not (
            isinstance(cls := getattr(pattern.callback, "cls", None), type)
            and issubclass(cls, APIView)
        )
    }
    assert found - OPEN == set()


def test_every_api_view_asks_for_a_scope():
    views = {
        pattern.callback.cls
        for pattern in patterns()
        if issubclass(getattr(pattern.callback, "cls", object), APIView)
        and not pattern.callback.cls.__module__.startswith("drf_spectacular")
    }
    assert [view for view in views if InScope not in view.permission_classes] == []


def sign_in(client, user, password=make.PASSWORD):
    return client.post(reverse("account_login"), {"login": user.email, "password": password})


def test_people_sign_in_by_e_mail_in_any_case(client):
    user = make.outsider(email="aminah@example.org")
    answer = client.post(
        reverse("account_login"), {"login": "Aminah@Example.ORG", "password": make.PASSWORD}
    )
    assert answer.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


@pytest.mark.parametrize("fields", [{"is_active": False}, {"is_system": True}])
def test_closed_accounts_and_systems_do_not_sign_in(client, fields):
    sign_in(client, make.outsider(**fields))
    assert "_auth_user_id" not in client.session


def test_nobody_registers_themselves(client):
    answer = client.post(
        "/accounts/signup/",
        {"email": "new@example.org", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert answer.status_code != 302
    assert not User.objects.exists()


def test_a_page_asks_to_sign_in_first(client):
    answer = client.get(reverse("people:organisations"))
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("account_login"))


# Invitations


@pytest.fixture
def inviter(client):
    user = make.administrator()
    client.force_login(user)
    return user


def invite(client, **fields):
    given = {"email": "wei@example.org", "name": "Lim Wei", "post": "", "role": ""} | fields
    answer = client.post(reverse("people:invitations"), given)
    found = re.search(r"/invitation/([\w-]+)/", answer.text)
    return answer, found and found[1]


def test_an_invitation_goes_out_by_mail_and_as_a_link(client, inviter):
    post = make.PostFactory()
    answer, token = invite(client, post=post.pk, role=Role.DELIVERY_UNIT)
    assert answer.status_code == 200
    assert mail.outbox[0].to == ["wei@example.org"]
    assert f"/invitation/{token}/" in mail.outbox[0].body
    assert token not in client.get(reverse("people:invitations")).text
    assert token not in str(Invitation.objects.values())

    client.logout()
    assert "wei@example.org" in client.get(f"/invitation/{token}/").text
    answer = client.post(f"/invitation/{token}/", {"name": "Lim Wei Ling", "password": PASSWORD})
    assert answer.status_code == 302
    user = User.objects.get(email="wei@example.org")
    assert user.name == "Lim Wei Ling"
    assert client.session["_auth_user_id"] == str(user.pk)
    assert people.roles_of(user) == {Role.DELIVERY_UNIT}
    assert user.appointments.get().post == post
    assert client.get(f"/invitation/{token}/").status_code == 404


def test_mail_that_fails_leaves_the_link(client, inviter, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer, token = invite(client)
    assert token
    assert "could not be sent" in answer.text


def test_a_password_easy_to_guess_is_refused_and_the_link_still_works(client, inviter):
    _answer, token = invite(client)
    answer = client.post(f"/invitation/{token}/", {"name": "Lim Wei", "password": "password"})
    assert answer.status_code == 200
    assert not User.objects.filter(email="wei@example.org").exists()
    client.post(f"/invitation/{token}/", {"name": "Lim Wei", "password": PASSWORD})
    assert User.objects.filter(email="wei@example.org").exists()


@pytest.mark.parametrize("how", ["withdrawn", "expired", "newer"])
def test_a_link_that_ended_opens_nothing(client, inviter, how):
    _answer, token = invite(client)
    row = Invitation.objects.get()
    if how == "withdrawn":
        client.post(reverse("people:invitation_withdraw", args=[row.pk]))
    elif how == "expired":
        Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    else:
        invite(client)
    answer = client.post(f"/invitation/{token}/", {"name": "Lim Wei", "password": PASSWORD})
    assert answer.status_code == 404
    assert not User.objects.filter(email="wei@example.org").exists()


def test_a_post_filled_meanwhile_is_told_to_the_inviter(client, inviter):
    post = make.PostFactory()
    _answer, token = invite(client, post=post.pk)
    make.holder(post)
    client.post(f"/invitation/{token}/", {"name": "Lim Wei", "password": PASSWORD})
    assert User.objects.get(email="wei@example.org").appointments.count() == 0
    assert Notice.objects.get().recipient == f"user:{inviter.pk}"


def test_the_delivery_unit_invites_but_gives_no_roles(client):
    client.force_login(make.delivery_unit())
    _answer, token = invite(client, role=Role.ADMINISTRATOR)
    assert token
    assert Invitation.objects.get().role == ""


def test_an_address_that_signs_in_already_is_refused(client, inviter):
    answer, token = invite(client, email=inviter.email.upper())
    assert token is None
    assert "already signs in" in answer.text


def test_who_accepts_has_the_clock_of_whoever_invited(at):
    unit = make.administrator()
    unit.time_zone = "Asia/Kuala_Lumpur"
    unit.save()
    _made, token = invitations.invite(
        email="wei@example.org", name="Wei", by=make.actor(unit), at=at
    )
    user = invitations.accept(token=token, name="Wei", password=PASSWORD, at=at)
    assert user.time_zone == "Asia/Kuala_Lumpur"


def test_only_one_of_two_accepts(at):
    made, token = invitations.invite(
        email="wei@example.org", name="Wei", by=make.actor(make.administrator()), at=at
    )
    invitations.accept(token=token, name="Wei", password=PASSWORD, at=at)
    with pytest.raises(invitations.NotValid):
        invitations.accept(token=token, name="Wei", password=PASSWORD, at=at)
    with pytest.raises(invitations.NothingToWithdraw):
        invitations.withdraw(invitation=made, by=make.actor(), at=at)


# Tokens


@pytest.fixture
def issued(at):
    """A token that may read; it acts as an auditor's system account."""
    administrator = make.administrator()

    def issue(user=None, scopes=("read",), days=1):
        return api_clients.issue(
            name="Statistics",
            user=user or make.auditor(),
            scopes=scopes,
            expires_at=timezone.now() + datetime.timedelta(days=days),
            by=make.actor(administrator),
            at=at,
        )

    return issue


def test_a_token_reads_what_its_user_may_read(api, issued):
    _client, token = issued()
    assert api(token).status_code == 200
    _client, token = issued(user=make.outsider())
    assert api(token).status_code == 403


def test_without_a_token_the_api_is_closed(client):
    answer = client.get("/api/v1/events/")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json()["error"]["code"] == "not_authenticated"


def test_wrong_revoked_expired_and_orphaned_tokens_get_one_answer(api, issued, at):
    live, token = issued()
    wrong = token[:-4] + ("0000" if not token.endswith("0000") else "1111")
    revoked_row, revoked = issued()
    api_clients.revoke(client=revoked_row, by=make.actor(), at=at)
    expired_row, expired = issued()
    ApiClient.objects.filter(pk=expired_row.pk).update(expires_at=timezone.now())
    orphan_row, orphaned = issued()
    User.objects.filter(pk=orphan_row.user_id).update(is_active=False)
    answers = [api(each) for each in (wrong, revoked, expired, orphaned, "mk_x", "é", "")]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.content for answer in answers}) == 1
    assert api(token).status_code == 200
    assert live.revoked_at is None


def test_scopes_bound_what_a_token_does(client, issued):
    _client, token = issued(scopes=["readings:write"])
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/events/", headers=headers).status_code == 403
    _client, token = issued(scopes=["read"])
    headers = {"Authorization": f"Bearer {token}"}
    assert client.post("/api/v1/events/", headers=headers).status_code == 403


def test_a_token_needs_no_cookie_and_no_csrf(issued):
    from django.test import Client

    _client, token = issued()
    strict = Client(enforce_csrf_checks=True)
    headers = {"Authorization": f"Bearer {token}"}
    assert strict.post("/api/v1/events/", headers=headers).json()["error"]["code"] == (
        "permission_denied"
    )


def test_use_is_noted_at_most_once_a_minute(api, issued):
    row, token = issued()
    api(token)
    first = ApiClient.objects.get(pk=row.pk).last_used_at
    api(token)
    assert ApiClient.objects.get(pk=row.pk).last_used_at == first
    ApiClient.objects.update(last_used_at=first - datetime.timedelta(minutes=2))
    api(token)
    assert ApiClient.objects.get(pk=row.pk).last_used_at > first


def test_only_a_digest_is_kept(issued):
    _row, token = issued()
    secret = token.rsplit("_", 1)[1]
    assert secret not in str(list(ApiClient.objects.values()))
    assert secret not in str(list(Event.objects.values()))


@pytest.mark.parametrize(
    ("scopes", "days", "refusal"),
    [
        ([], 1, api_clients.ScopeUnknown),
        (["everything"], 1, api_clients.ScopeUnknown),
        (["read"], -1, api_clients.ExpiresInThePast),
    ],
)
def test_tokens_that_are_not_issued(issued, scopes, days, refusal):
    with pytest.raises(refusal):
        issued(scopes=scopes, days=days)


def test_the_page_shows_a_token_once(client, inviter):
    system = make.integrator()
    day = timezone.localdate() + datetime.timedelta(days=30)
    answer = client.post(
        reverse("people:token_new"),
        {"name": "Bridge", "user": system.pk, "scopes": ["read"], "expires_on": day.isoformat()},
    )
    token = re.search(r"mk_[0-9a-f]{10}_[0-9a-f]{64}", answer.text)[0]
    page = client.get(reverse("people:tokens")).text
    assert token not in page
    assert token[:13] in page
    row = ApiClient.objects.get()
    assert (row.user, row.scopes) == (system, ["read"])
    client.post(reverse("people:token_revoke", args=[row.pk]))
    assert ApiClient.objects.get().revoked_at is not None
