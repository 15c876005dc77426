"""Secrets that are shown once and kept only as a digest.

A token of an integrating system reads ``mk_<prefix>_<secret>``: the prefix finds
the row, the SHA-256 of the whole proves it. Links to set up or to accept an
invitation carry a bare secret. All are random and long, so one plain round of
SHA-256 is enough: there is nothing to guess.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets

MARK = "mk"
PREFIX_BYTES = 5
SECRET_BYTES = 32
_TOKEN = re.compile(rf"{MARK}_(?P<prefix>[0-9a-f]{{{PREFIX_BYTES * 2}}})_[0-9a-f]{{64}}")


def new_token() -> tuple[str, str]:
    """A fresh token and its prefix."""
    prefix = secrets.token_hex(PREFIX_BYTES)
    return f"{MARK}_{prefix}_{secrets.token_hex(SECRET_BYTES)}", prefix


def prefix_of(token: str) -> str | None:
    """The prefix of a token of the right shape, else None."""
    found = _TOKEN.fullmatch(token)
    return found["prefix"] if found else None


def new_secret() -> str:
    """A fresh secret for a link."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(token: str) -> str:
    """What is kept of a token or secret."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def proves(token: str, kept: str) -> bool:
    """Whether ``token`` is the one whose digest was kept; constant time."""
    return bool(kept) and hmac.compare_digest(digest(token).encode(), kept.encode())
