"""Chance, for what is written: salts of texts, lasting keys of rows, ids of events.

By default from the operating system. A simulation that must come out the same again
gives a seed; see docs/adr/0018. Secrets that let somebody in (tokens, invitations,
sessions) never come from here: they use ``secrets`` themselves.
"""

from __future__ import annotations

import contextlib
import random
import secrets
import uuid
from collections.abc import Iterator
from contextvars import ContextVar

_seeded: ContextVar[random.Random | None] = ContextVar("seeded", default=None)


def token_hex(n: int) -> str:
    """``n`` bytes of chance, as hexadecimal text twice as long."""
    source = _seeded.get()
    return secrets.token_hex(n) if source is None else source.randbytes(n).hex()


def uuid4() -> uuid.UUID:
    """A random UUID (RFC 9562, version 4)."""
    source = _seeded.get()
    return uuid.uuid4() if source is None else uuid.UUID(bytes=source.randbytes(16), version=4)


@contextlib.contextmanager
def seeded(seed: str) -> Iterator[None]:
    """Within it, in this context alone, the same ``seed`` gives the same chance again.

    For the simulator and tests; a test keeps it out of everything that serves people.
    """
    token = _seeded.set(random.Random(seed))  # noqa: S311  (told from a seed on purpose)
    try:
        yield
    finally:
        _seeded.reset(token)
