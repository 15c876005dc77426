"""What the frame of every page shows: navigation, account, notices, the demo banner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from config import clock
from ledger.models import Notice
from ledger.services import notices
from people.models import Installation
from people.models.access import Role
from people.selectors import continuity, people

# Label and address name; who sees it. A page that is not installed is left out.
EVERYONE: frozenset[str] = frozenset()
OVERSEERS = frozenset({Role.ADMINISTRATOR, Role.DELIVERY_UNIT, Role.AUDITOR})
MANAGERS = frozenset({Role.ADMINISTRATOR, Role.DELIVERY_UNIT})
PAGES: list[tuple[Any, str, frozenset[str]]] = [
    (_("Board"), "reviews:board", EVERYONE),
    (_("My desk"), "reviews:desk", EVERYONE),
    (_("Labs and plans"), "labs:index", EVERYONE),
    (_("KPIs"), "kpis:index", EVERYONE),
    (_("Reviews"), "reviews:reviews", EVERYONE),
    (_("Disputes"), "reviews:disputes", EVERYONE),
    (_("Forums"), "forums:index", EVERYONE),
    (_("Ledger"), "ledger:events", OVERSEERS),
    (_("Health"), "reviews:health", OVERSEERS),
    (_("People"), "people:index", MANAGERS),
]
# The section of pages whose address does not lie below its own: by the name of the
# address, else by the app that answers.
SECTIONS = {
    "kpis:goal": "labs:index",
    "reviews:plan_gate": "labs:index",
    "reviews:lineage_lab": "labs:index",
    "reviews:lineage": "labs:index",
    "reviews:why": "labs:index",
    "reviews:lapses": "labs:index",
    "reviews:ends": "labs:index",
    "reviews:end": "labs:index",
    "reviews:window_end": "labs:index",
    "reviews:portfolio": "labs:index",
    "reviews:reorganisations": "people:index",
    "reviews:reorganisation": "people:index",
    "reviews:organisations_merge": "people:index",
    "reviews:organisation_rename": "people:index",
    "reviews:organisation_split": "people:index",
    "reviews:handovers": "people:index",
    "reviews:handover": "people:index",
    "reviews:handover_new": "people:index",
    **dict.fromkeys(
        (
            "reviews:obstacles",
            "reviews:obstacle",
            "reviews:obstacle_new",
            "reviews:obstacle_edit",
            "reviews:obstacle_end",
            "reviews:obstacle_answer",
            "reviews:allocation",
            "reviews:bargains",
            "reviews:bargain",
            "reviews:bargain_new",
            "reviews:round_new",
            "reviews:bargain_agree",
            "reviews:bargain_break_off",
        ),
        "labs:index",
    ),
    **dict.fromkeys(
        (
            "reviews:referrals",
            "reviews:referral",
            "reviews:referral_answer",
            "reviews:referral_withdraw",
            "reviews:panels",
            "reviews:panel",
            "reviews:panel_new",
            "reviews:panel_seat_new",
            "reviews:panel_score",
            "reviews:panel_report",
        ),
        "reviews:reviews",
    ),
    "reviews:settlement_answer": "reviews:disputes",
    "reviews:information_reply": "reviews:disputes",
    "reviews:subject": "forums:index",
    "reviews:vote": "forums:index",
    "reviews:minute": "forums:index",
    "reviews:withdraw_motion": "forums:index",
    "labs": "labs:index",
    "starters": "labs:index",
    "kpis": "kpis:index",
    "forums": "forums:index",
}


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
        "names_then": SimpleLazyObject(continuity.then),
        "navigation": navigation(
            path=request.path, roles=people.roles_of(user), view=_view_name(request)
        ),
        "current_posts": people.posts_of(user, day),
        "notices_url": address_of("ledger:notices"),
        "unread_notices": Notice.objects.filter(
            recipient=notices.recipient(user.pk), read_at=None
        ).count(),
    }


def navigation(*, path: str, roles: Iterable[str], view: str = "") -> list[dict[str, Any]]:
    """The links of the main navigation.

    Current is the one whose address leads to ``path``, else the section of ``view``, the
    name of the page's address.
    """
    held = set(roles)
    links = [
        {"label": label, "url": url, "name": name}
        for label, name, needed in PAGES
        if (not needed or needed & held) and (url := address_of(name))
    ]
    within = [link["url"] for link in links if path == link["url"] or path.startswith(link["url"])]
    nearest = max(within, key=len, default=None)
    if nearest == "/" and path != "/":
        section = SECTIONS.get(view) or SECTIONS.get(view.partition(":")[0])
        nearest = next((link["url"] for link in links if link["name"] == section), None)
    return [link | {"current": link["url"] == nearest} for link in links]


def _view_name(request: HttpRequest) -> str:
    """The name of the address asked for; "" where none answered."""
    match = request.resolver_match
    return match.view_name if match else ""


def address_of(name: str) -> str:
    """The address called ``name``, or "" while there is no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
