"""What mails say: plain text, short, with addresses; nothing restricted by name.

Written in the language and the time zone that are in use when they are called.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ledger.models import Notice
from ledger.services.deliveries import Content
from people import days
from people.models import User
from reviews.selectors.desk_lines import Line

NEWS = 30
# Pages of matters that stand on the desk of whoever is to decide them for as long as they are.
ON_THE_DESK = frozenset(
    {
        "forums:action",
        "forums:decision",
        "forums:meeting",
        "forums:motion",
        "labs:dependency_answer",
        "reviews:desk",
        "reviews:dispute",
        "reviews:panel",
        "reviews:referral",
        "reviews:review",
    }
)


@dataclass(frozen=True)
class Item:
    """One thing a mail names, with its address and a note on its day."""

    title: str
    url: str
    note: str = ""


@dataclass(frozen=True)
class Group:
    """Things under one heading."""

    label: str
    items: list[Item]


def waits(row: Notice, lines: Sequence[Line]) -> bool:
    """Whether what a notice asks for still waits for its reader, as far as the desk can tell."""
    if row.url == reverse("reviews:desk"):
        return any(line.decide for line in lines)
    if any(line.url == row.url for line in lines):
        return True
    try:
        page = resolve(row.url.partition("#")[0].partition("?")[0]).view_name
    except Resolver404:
        return True
    return page not in ON_THE_DESK


def decide(
    user: User, lines: Sequence[Line], rows: Sequence[Notice], at: datetime.datetime
) -> Content | None:
    """What is theirs to decide and new to them; None when nothing of it is left."""
    if not rows:
        return None
    urls = {row.url for row in rows}
    everything = reverse("reviews:desk") in urls
    shown = [line for line in lines if line.url in urls or (everything and line.decide)]
    known = {line.url for line in shown} | {reverse("reviews:desk")}
    groups = _groups(shown, at)
    rest = [_told(row) for row in rows if row.url not in known]
    if rest:
        groups.append(Group(_("For you to decide"), rest))
    return _content("decide", user, _subject(groups), {"groups": groups})


def reminder(user: User, lines: Sequence[Line], at: datetime.datetime) -> Content | None:
    """Everything that is theirs to decide, once more."""
    groups = _groups([line for line in lines if line.decide], at)
    if not groups:
        return None
    count = sum(len(group.items) for group in groups)
    title = ngettext(
        "Still yours to decide: %(count)d matter", "Still yours to decide: %(count)d matters", count
    ) % {"count": count}
    return _content("decide", user, title, {"groups": groups})


def digest(
    user: User, lines: Sequence[Line], rows: Sequence[Notice], at: datetime.datetime
) -> Content | None:
    """What waits, overdue first, then what is new and unread; None when there is neither."""
    today = timezone.localtime(at).date()
    late = [line for line in lines if line.due_on and line.due_on < today]
    others = [line for line in lines if line not in late]
    waiting = {line.url for line in lines}
    unread = [row for row in rows if row.read_at is None and row.url not in waiting]
    if not lines and not unread:
        return None
    late.sort(key=lambda line: (line.due_on or today, line.key))
    groups = _groups(others, at)
    if late:
        groups.insert(0, Group(_("Overdue"), [_item(line, at, named=True) for line in late]))
    title = ngettext(
        "Your digest: %(count)d thing waits for you",
        "Your digest: %(count)d things wait for you",
        len(lines),
    ) % {"count": len(lines)}
    if not lines:
        title = _("Your digest: news")
    news = [_told(row) for row in unread[:NEWS]]
    more = len(unread) - len(news)
    return _content("digest", user, title, {"groups": groups, "news": news, "more": more})


def _content(kind: str, user: User, title: str, context: dict[str, object]) -> Content:
    context |= {
        "name": user.name,
        "title": title,
        "desk_url": _address(reverse("reviews:desk")),
        "notices_url": _address(reverse("ledger:notices")),
        "settings_url": _address(reverse("people:notice_settings")),
    }
    return Content(title=title, text=render_to_string(f"reviews/mail/{kind}.txt", context))


def _subject(groups: Sequence[Group]) -> str:
    items = [item for group in groups for item in group.items]
    if len(items) == 1:
        return _("Yours to decide: %(title)s") % {"title": items[0].title}
    return ngettext(
        "Yours to decide: %(count)d matter", "Yours to decide: %(count)d matters", len(items)
    ) % {"count": len(items)}


def _groups(lines: Sequence[Line], at: datetime.datetime) -> list[Group]:
    """Lines under the headings of the desk, in its order."""
    return [
        Group(label, [_item(line, at) for line in found])
        for label, found in groupby(lines, key=lambda line: line.label)
    ]


def _item(line: Line, at: datetime.datetime, *, named: bool = False) -> Item:
    title = _("a restricted matter") if line.restricted else line.title
    if named:
        title = f"{line.label}: {title}"
    return Item(title, _address(line.url), _due(line.due_on, at))


def _told(row: Notice) -> Item:
    title = _("A restricted matter") if row.event.restricted else row.title
    return Item(title, _address(row.url) if row.url else "")


def _due(due_on: datetime.date | None, at: datetime.datetime) -> str:
    """The day and how far it is: "by 3 March 2019, in 2 days"."""
    if due_on is None:
        return ""
    left = (due_on - timezone.localtime(at).date()).days
    if left > 0:
        far = ngettext("in %(count)d day", "in %(count)d days", left) % {"count": left}
    elif left == 0:
        far = _("today")
    else:
        far = ngettext("overdue by %(count)d day", "overdue by %(count)d days", -left) % {
            "count": -left
        }
    shown = days.in_words(due_on)
    return _("by %(day)s, %(far)s") % {"day": shown, "far": far}


def _address(url: str) -> str:
    return url if "://" in url else f"{settings.BASE_URL}{url}"
