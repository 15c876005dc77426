"""Sealing: number the events that are not yet numbered, chain them, seal the batch.

One sealer at a time, by a lease claimed by compare-and-set and held as a row lock
until the batch is committed: two at once never give a number twice. The line in the
outside file follows the commit; a crash between the two is mended by the next run.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import structlog
from django.db import connection, transaction
from django.db.models import Max, Q

from ledger import content, entropy, wallclock
from ledger.models import Event, Seal, SealerLease
from ledger.rules import chain
from ledger.services import seal_file

log = structlog.get_logger(__name__)

BATCH = 5_000  # events in one seal at most
LEASE = "seal"
HOLD = datetime.timedelta(seconds=60)  # how long a sealer that died keeps others out


class LeaseLost(Exception):
    """Another sealer took over; nothing was written."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where the chain stands: the last number, its link, the last seal."""

    number: int
    link: str
    seal_number: int
    digest: str


def seal(*, at: datetime.datetime, limit: int = BATCH) -> Seal | None:
    """Seal the next batch, at most ``limit`` events, at business time ``at``.

    None when there is nothing to seal or another sealer is at work. Must not run
    inside a transaction: what the outside file says has to be committed.
    """
    if _is_done():
        return None
    holder = entropy.token_hex(16)
    if not _claim(holder):
        return None
    try:
        _mend()
        made = _seal_batch(holder, at, min(limit, BATCH))
        if made is not None:
            seal_file.append(made)
        return made
    except LeaseLost:
        return None
    finally:
        SealerLease.objects.filter(name=LEASE, holder=holder).update(holder="", until=None)


def seal_all(*, at: datetime.datetime) -> int:
    """Seal batch after batch until nothing is left; returns how many seals were made."""
    made = 0
    while seal(at=at) is not None:
        made += 1
    return made


def _is_done() -> bool:
    """Whether every event is sealed and the outside file knows the last seal."""
    if Event.objects.filter(number=None).exists():
        return False
    last = Seal.objects.last()
    return last is None or last.number in seal_file.latest()


def _claim(holder: str) -> bool:
    """Take the lease if it is free or its holder has gone silent."""
    now = wallclock.now()
    free = SealerLease.objects.filter(Q(until=None) | Q(until__lt=now), name=LEASE)
    if free.update(holder=holder, until=now + HOLD) == 1:
        return True
    if SealerLease.objects.filter(name=LEASE).exists():
        return False
    SealerLease.objects.bulk_create([SealerLease(name=LEASE)], ignore_conflicts=True)
    return free.update(holder=holder, until=now + HOLD) == 1


def _mend() -> None:
    """Append the last seal's line if a crash kept it from the file.

    Only one line can be missing so. More, or a file that is gone, is damage: it is
    left as it is for ``verify`` to show, never written anew from the database.
    """
    last = Seal.objects.last()
    if seal_file.make():
        if last is not None:
            log.error("seal_file_missing", path=str(seal_file.path()))
        return
    if last is None:
        return
    written = seal_file.latest()
    if last.number not in written and (last.number == 1 or last.number - 1 in written):
        seal_file.append(last)


@transaction.atomic(durable=True)
def _seal_batch(holder: str, at: datetime.datetime, limit: int) -> Seal | None:
    # Locks the lease's row until the commit, so that whoever takes it over waits for us.
    ours = SealerLease.objects.filter(name=LEASE, holder=holder)
    if ours.update(until=wallclock.now() + HOLD) != 1:
        raise LeaseLost
    unsealed = list(
        Event.objects.filter(number=None).order_by("pk").values_list("pk", "uid", "mac")[:limit]
    )
    if not unsealed:
        return None
    head = _head()
    link, numbered = head.link, []
    for number, (row, uid, mac) in enumerate(unsealed, start=head.number + 1):
        link = chain.link(
            content.key(), previous=link, number=number, row=row, uid=str(uid), mac=mac
        )
        numbered.append((number, link, row))
    _write(numbered)
    return _write_seal(head, first=numbered[0][0], last=numbered[-1][0], link=link, at=at)


def _head() -> Head:
    last = Seal.objects.last()
    event = Event.objects.filter(number=Event.objects.aggregate(top=Max("number"))["top"])
    number, link = event.values_list("number", "link").first() or (0, chain.GENESIS)
    return Head(
        number=number or 0,
        link=link or chain.GENESIS,
        seal_number=last.number if last else 0,
        digest=last.digest if last else chain.GENESIS,
    )


def _write(numbered: list[tuple[int, str, int]]) -> None:
    """Number the rows: one prepared statement, a fifth of the time of bulk_update."""
    table = connection.ops.quote_name(Event._meta.db_table)
    statement = f"UPDATE {table} SET number = %s, link = %s WHERE id = %s AND number IS NULL"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(statement, numbered)
        if cursor.rowcount != len(numbered):
            raise LeaseLost


def _write_seal(head: Head, *, first: int, last: int, link: str, at: datetime.datetime) -> Seal:
    number, count = head.seal_number + 1, last - first + 1
    digest = chain.seal(
        content.key(),
        previous=head.digest,
        number=number,
        first=first,
        last=last,
        count=count,
        head=link,
        sealed_at=at,
    )
    return Seal.objects.create(
        number=number, first=first, last=last, count=count, digest=digest, sealed_at=at
    )
