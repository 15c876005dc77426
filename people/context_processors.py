"""What the frame of every page shows: navigation, account, notices, the demo banner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from config import clock
from ledger.models import Notice
from ledger.services import notices
from people.models import Installation
from people.models.access import Role
from people.selectors import people

# Label and address name; who sees it. A page that is not installed is left out.
EVERYONE: frozenset[str] = frozenset()
OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.DELIVERY_UNIT, Role.AUDITOR})
MANAGERS = frozenset({Role.ADMINISTRATOR, Role.DELIVERY_UNIT})
PAGES: list[tuple[Any, str, frozenset[str]]] = [
    (_("Board"), "reviews:board", EVERYONE),
    (_("My desk"), "reviews:desk", EVERYONE),
    (_("Labs and plans"), "labs:index", EVERYONE),
    (_("KPIs"), "kpis:index", EVERYONE),
    (_("Disputes"), "reviews:disputes", EVERYONE),
    (_("Forums"), "forums:index", EVERYONE),
    (_("Ledger"), "ledger:events", OVERSEERS),
    (_("People"), "people:index", MANAGERS),
]


def chrome(request: HttpRequest) -> dict[str, Any]:
    """Context of templates/base.html; a handful of small queries per page."""
    installation = Installation.objects.first()
    frame: dict[str, Any] = {"installation": installation, "business_now": clock.now()}
    if installation is not None and installation.kind == Installation.Kind.DEMO:
        frame["demo_accounts"] = installation.demo_accounts
        frame["demo_password"] = installation.demo_password
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return frame
    day = frame["business_now"].date()
    return frame | {
        "navigation": navigation(path=request.path, roles=people.roles_of(user)),
        "current_posts": people.posts_of(user, day),
        "notices_url": address_of("ledger:notices"),
        "unread_notices": Notice.objects.filter(
            recipient=notices.recipient(user.pk), read_at=None
        ).count(),
    }


def navigation(*, path: str, roles: Iterable[str]) -> list[dict[str, Any]]:
    """The links of the main navigation; the one whose address leads to ``path`` is current."""
    held = set(roles)
    links = [
        {"label": label, "url": url}
        for label, name, needed in PAGES
        if (not needed or needed & held) and (url := address_of(name))
    ]
    within = [link["url"] for link in links if path == link["url"] or path.startswith(link["url"])]
    nearest = max(within, key=len, default=None)
    if nearest == "/" and path != "/":
        nearest = None
    return [link | {"current": link["url"] == nearest} for link in links]


def address_of(name: str) -> str:
    """The address called ``name``, or "" while there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
