"""The arithmetic of the ledger: canonical bytes, keyed digests, the chain of links.

An event's ``mac`` authenticates its content, its ``link`` ties it to the one
before, a seal's digest covers a batch of links. All are HMAC-SHA256 under a key
that is not in the database (fact 12). Each use signs under its own purpose, so
that no digest can stand in for another.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64
TEXTS = "texts"


def plain(value: Any) -> Any:
    """``value`` as JSON that reads back the same from every database.

    Decimals, dates and uuids become strings. Raises TypeError for a float (its
    digits differ between machines) and ValueError for text no database can hold.
    """
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("text in the ledger cannot hold a NUL character")
        value.encode("utf-8")
        return str(value)
    if isinstance(value, decimal.Decimal):
        return format(value, "f")
    if isinstance(value, datetime.datetime):
        return moment(value)
    if isinstance(value, datetime.date | uuid.UUID):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    raise TypeError(f"the ledger holds no {type(value).__name__}: pass a string or an id")


def moment(value: datetime.datetime) -> str:
    """An aware time as text in UTC, to the microsecond. Raises ValueError for a naive one."""
    if value.tzinfo is None:
        raise ValueError("times in the ledger are aware")
    return value.astimezone(datetime.UTC).isoformat(timespec="microseconds")


def canonical(content: Mapping[str, Any]) -> bytes:
    """The one byte string for ``content``: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        plain(content), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode("utf-8")


def mac(key: bytes, content: Mapping[str, Any]) -> str:
    """The keyed digest of one event's content."""
    return _sign(key, b"event", canonical(content))


def link(key: bytes, *, previous: str, number: int, row: int, uid: str, mac: str) -> str:
    """The keyed link of event ``number``, in database row ``row``, to the one before."""
    place = {"previous": previous, "number": number, "row": row, "uid": uid, "mac": mac}
    return _sign(key, b"link", canonical(place))


def seal(
    key: bytes,
    *,
    previous: str,
    number: int,
    first: int,
    last: int,
    count: int,
    head: str,
    sealed_at: datetime.datetime,
) -> str:
    """The keyed digest of a seal: its range, the link of its last event, the seal before."""
    content = {
        "previous": previous,
        "number": number,
        "first": first,
        "last": last,
        "count": count,
        "head": head,
        "sealed_at": sealed_at,
    }
    return _sign(key, b"seal", canonical(content))


def text_digest(salt: str, text: str) -> str:
    """The salted digest that stands for a free text in its event."""
    return hashlib.sha256(salt.encode() + b"\n" + text.encode("utf-8")).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two digests are equal, in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def _sign(key: bytes, purpose: bytes, message: bytes) -> str:
    return hmac.new(key, purpose + b"\n" + message, hashlib.sha256).hexdigest()
