"""Asking as somebody, and leaving no trace of it."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.table import SIGN_IN
from tests.access.weeks import MINUTES
from tests.access.world import DISPUTE, KPI, LAB, World

PERSONAS = {
    "off": "officer",
    "ver": "verifier",
    "unt": "unit",
    "adm": "admin",
    "sec": "secretary",
    "mem": "member",
    "chr": "chair",
    "pm": "pm",
    "aud": "auditor",
    "int": "integrator",
    "rea": "reader",
    "nam": "named",
    "out": "outsider",
}
TOKENS = {"rd": "reads", "wr": "writes", "exp": "expired", "rev": "revoked"}
ANYBODY = "any"
# Who may see by name what is kept to the security committee; others see a number (fact 8).
MAY_KNOW = {
    KPI: {"unt", "aud", "nam"},
    LAB: {"unt", "aud", "nam"},
    DISPUTE: {"aud", "nam"},
    MINUTES: {"off", "unt", "aud"},
}


def client_of(world: World, column: str, **given: Any) -> Client:
    """A browser in which this persona is signed in, or a system with its token."""
    client = Client(raise_request_exception=False, **given)
    if column in PERSONAS:
        client.force_login(world.users[PERSONAS[column]], "people.backends.SignIn")
    elif column in TOKENS:
        client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {world.tokens[TOKENS[column]]}"
    return client


def ask(client: Client, method: str, url: str, **given: Any) -> HttpResponse:
    """One request, undone after it."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.generic(method, url, **given) if given else _plain(client, method, url)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def _plain(client: Client, method: str, url: str) -> HttpResponse:
    return client.post(url) if method == "POST" else client.generic(method, url)


def said(response: HttpResponse) -> str:
    """The answer in the words of the table."""
    if response.status_code == 302 and response.url.startswith(reverse("account_login")):
        return SIGN_IN
    return str(response.status_code)


def body(response: HttpResponse) -> str:
    """What the answer says, a file's content too."""
    content = b"".join(response) if response.streaming else response.content
    return content.decode(errors="replace")


def secrets_in(response: HttpResponse, column: str) -> str:
    """What the answer tells this persona and should not, with some words around it."""
    own = response.wsgi_request.get_full_path()  # what one has asked for is no news
    text = body(response).replace(own, "")
    small = text.lower()
    for word, known_to in MAY_KNOW.items():
        place = small.find(word)
        if place >= 0 and column not in known_to:
            return " ".join(text[max(place - 60, 0) : place + 40].split())
    return ""
