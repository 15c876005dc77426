"""Notices by mail: what is theirs to decide at once, the rest in a digest.

``compose`` notes which mails are to go out and when; ``deliver`` writes and sends what is
due. What a mail says is worked out when it is first sent, from the desk as it is then: what
was done in between is not in it, and a mail with nothing left to say is not sent.
"""

from __future__ import annotations

import datetime
from collections import Counter
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from ledger import wallclock
from ledger.models import Delivery, Notice
from ledger.rules.recipients import recipient, user_id_of
from ledger.services import deliveries
from people.models import DeskRound, NoticeSettings, User
from people.rules import mail_times
from people.rules.mail_times import Wishes
from people.selectors import notice_wishes
from people.services import mails
from reviews.models import Prompt
from reviews.selectors.desk_lines import Line
from reviews.services import letters, prompts

log = structlog.get_logger(__name__)

DECIDE, DIGEST, REMINDER = "decide", "digest", "reminder"
AT_ONCE_LIMIT = 500  # people in one run; the next comes a minute later
LATE = datetime.timedelta(hours=1)
BROKEN = datetime.timedelta(minutes=10)


def compose(*, now: datetime.datetime) -> Counter[str]:
    """Note the mails that are to go out, each once. Real time; safe to run at once, twice.

    Where notices do not go by mail (MAIL_NOTICES), none is to be mailed later either.
    """
    if not settings.MAIL_NOTICES:
        Notice.objects.filter(mailed_at=None).update(mailed_at=now)
        return Counter()
    return Counter({DECIDE: _at_once(now), DIGEST: _digests(now), REMINDER: _reminders(now)})


def _make(
    user: User, kind: str, mark: object, due_at: datetime.datetime, now: datetime.datetime
) -> bool:
    return deliveries.make(
        recipient=recipient(user.pk),
        kind=kind,
        key=f"{kind}:{mark}",
        title=kind,
        domain=urlsplit(settings.BASE_URL).hostname or "localhost",
        due_at=due_at,
        made_at=now,
    )


def _at_once(now: datetime.datetime) -> int:
    """A mail for everybody with something new to decide, after their quiet hours."""
    never = NoticeSettings.objects.filter(at_once=False).values_list("user_id", flat=True)
    waiting = Delivery.objects.filter(kind=DECIDE, state=Delivery.State.WAITING, text="")
    rows = (
        Notice.objects.filter(mailed_at=None, decide=True)
        .exclude(recipient__in=[recipient(pk) for pk in never])
        .exclude(recipient__in=waiting.values("recipient"))
        .values_list("recipient")
        .annotate(newest=Max("pk"))
        .order_by("newest")[:AT_ONCE_LIMIT]
    )
    newest = {user_id_of(name): pk for name, pk in rows}
    users = list(_mailable().filter(pk__in=[pk for pk in newest if pk]).order_by("pk"))
    for name in sorted(recipient(pk) for pk in set(newest) - {user.pk for user in users} if pk):
        Notice.objects.filter(recipient=name, mailed_at=None).update(mailed_at=now)
    wishes = notice_wishes.of_all(users)
    return sum(
        _make(user, DECIDE, newest[user.pk], mail_times.not_before(now, wishes[user.pk]), now)
        for user in users
    )


def _digests(now: datetime.datetime) -> int:
    """A digest for everybody whose hour has come and for whom there is something to say."""
    rounds = list(
        DeskRound.objects.filter(user__is_active=True, user__is_system=False)
        .select_related("user")
        .order_by("pk")
    )
    wishes = notice_wishes.of_all(row.user for row in rounds)
    slots = {row.pk: mail_times.last_digest(now, wishes[row.user_id]) for row in rounds}
    due = [row for row in rounds if slots[row.pk] > row.digested_at]
    if not due:
        return 0
    something = _with_something([row.user for row in due])
    made = 0
    for row in due:
        slot = slots[row.pk]
        claimed = DeskRound.objects.filter(pk=row.pk, digested_at=row.digested_at).update(
            digested_at=slot
        )
        if claimed == 1 and row.user_id in something:
            late = now - slot > LATE
            due_at = mail_times.not_before(now, wishes[row.user_id]) if late else slot
            made += _make(row.user, DIGEST, slot.date(), due_at, now)
    return made


def _with_something(users: list[User]) -> set[int]:
    """Which of them have anything waiting or unread that no mail has told of."""
    ids = [user.pk for user in users]
    waits = Prompt.objects.filter(user__in=ids, done_at=None).order_by()
    news = Notice.objects.filter(
        recipient__in=[recipient(pk) for pk in ids], mailed_at=None, read_at=None
    ).order_by()
    named = news.values_list("recipient", flat=True).distinct()
    return set(waits.values_list("user_id", flat=True).distinct()) | {
        pk for name in named if (pk := user_id_of(name))
    }


def _reminders(now: datetime.datetime) -> int:
    """On working days without a digest: once more what is theirs to decide and was repeated."""
    repeated = Prompt.objects.filter(done_at=None, decide=True, times__gt=1)
    users = list(
        _mailable()
        .filter(notice_settings__digest=NoticeSettings.Digest.WEEKLY, notice_settings__at_once=True)
        .filter(pk__in=repeated.values("user"))
        .order_by("pk")
    )
    wishes = notice_wishes.of_all(users)
    return sum(_remind(user, wishes[user.pk], now) for user in users)


def _remind(user: User, wishes: Wishes, now: datetime.datetime) -> bool:
    day = now.astimezone(wishes.zone).date()
    due_at = mail_times.moment(day, wishes.digest_at, wishes.zone)
    if now < due_at or not mail_times.is_reminder_day(day, wishes):
        return False
    return _make(user, REMINDER, day, due_at, now)


def _mailable():  # type: ignore[no-untyped-def]
    return User.objects.filter(is_active=True, is_system=False)


def deliver(*, at: datetime.datetime, limit: int) -> Counter[str]:
    """Send at most ``limit`` mails that are due; how many ended in which state.

    Each attempt is committed before it is made. Never inside a transaction.
    """
    found: Counter[str] = Counter()
    with mails.Post() as post:
        for pk in deliveries.due(now=wallclock.now(), limit=limit):
            try:
                state = _send(pk, post, at)
            except Exception:  # one that cannot be written keeps no other waiting
                log.exception("mail_not_written", delivery=pk)
                Delivery.objects.filter(pk=pk, attempts=None).update(
                    due_at=wallclock.now() + BROKEN
                )
                state = "broken"
            found[state] += 1
            if post.is_down:
                break
    return found


def _is_held_back(delivery_id: int, now: datetime.datetime) -> bool:
    """Whether its reader is left alone now, since it comes late: then it waits until they are not.

    A digest and a reminder come at the hour their reader chose, quiet or not, unless late.
    """
    delivery = Delivery.objects.get(pk=delivery_id)
    user = mails.person(delivery.recipient)
    if user is None or (delivery.kind != DECIDE and now - delivery.due_at <= LATE):
        return False
    awake = mail_times.not_before(now, notice_wishes.of(user))
    if awake <= now:
        return False
    waiting = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.WAITING)
    waiting.filter(due_at=delivery.due_at).update(due_at=awake)
    return True


def _send(delivery_id: int, post: mails.Post, at: datetime.datetime) -> str:
    if _is_held_back(delivery_id, wallclock.now()):
        return "held back"
    claim = deliveries.claim(
        delivery_id=delivery_id,
        compose=lambda delivery: write(delivery, at),
        now=wallclock.now(),
    )
    if claim is None:
        return "not sent"
    delivery = claim.delivery
    user = mails.person(delivery.recipient)
    if user is None:  # left since it was written
        outcome = deliveries.Outcome(accepted=False, answer="account closed", final=True)
        return deliveries.finish(claim=claim, outcome=outcome, now=wallclock.now())
    mail = mails.Mail(
        message_id=delivery.message_id,
        to=user.email,
        subject=" ".join(delivery.title.split()),
        text=_again(user) + delivery.text if claim.in_doubt else delivery.text,
        made_at=delivery.made_at,
    )
    try:
        outcome = post.send(mail)
    except mails.Unknown as silent:
        log.warning("mail_in_doubt", delivery=delivery.pk, error=repr(silent.__cause__))
        return "in doubt"  # no end: when the claim has run out it is sent once more
    return deliveries.finish(claim=claim, outcome=outcome, now=wallclock.now())


def _again(user: User) -> str:
    with translation.override(user.language):
        return (
            _("You may have received this message twice: we could not tell whether it had left.")
            + "\n\n"
        )


def write(delivery: Delivery, at: datetime.datetime) -> deliveries.Content | None:
    """What a mail says now, None if there is nothing (left) to say. Takes up its notices."""
    user = mails.person(delivery.recipient)
    mine = Notice.objects.filter(recipient=delivery.recipient, mailed_at=None)
    if user is None:
        mine.update(mailed_at=wallclock.now())
        return None
    wishes = notice_wishes.of(user)
    lines = prompts.look(user=user, at=at)
    # What the look itself has just told of is in this mail as well.
    rows = list(mine.select_related("event").order_by("-at", "-pk"))
    with translation.override(user.language), timezone.override(wishes.zone):
        if delivery.kind == DECIDE:
            rows = _still_theirs([row for row in rows if row.decide], lines)
            content = letters.decide(user, lines, rows, at)
        elif delivery.kind == REMINDER:
            rows = []
            content = letters.reminder(user, lines, at)
        else:
            content = letters.digest(user, lines, rows, at)
    taken = Notice.objects.filter(pk__in=[row.pk for row in rows], mailed_at=None)
    taken.update(mailed_at=wallclock.now())
    return content


def _still_theirs(rows: list[Notice], lines: list[Line]) -> list[Notice]:
    """Those whose matter still waits. The others are news, if the person has not read them."""
    still = [row for row in rows if letters.waits(row, lines)]
    done = {row.pk for row in rows} - {row.pk for row in still}
    Notice.objects.filter(pk__in=done, mailed_at=None).update(decide=False)
    return still
