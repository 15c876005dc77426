"""Whether scheduled work still gets done, as the database of an installation tells."""

from __future__ import annotations

import time
from collections.abc import Callable

# A look must never hold up the supervisor: who asks it to stop is not kept waiting.
LOOKS_FOR = 2
LONGEST = 900.0
FORGOTTEN_AFTER = 6 * 3600.0


class Patience:
    """How many seconds of silence are put up with before the worker is started anew.

    Twice as many each time, 15 minutes at most: one task that takes longer than that on a
    slow machine must not be cut off and begun again for ever. After some hours in which it
    was not needed, as few as at first.
    """

    def __init__(self, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.first = self.seconds = seconds
        self.now = now
        self.lost = now()

    def left(self) -> float:
        """How many seconds it is now."""
        if self.now() - self.lost > FORGOTTEN_AFTER:
            self.seconds = self.first
        return self.seconds

    def lose(self) -> None:
        """It was started anew."""
        self.lost = self.now()
        self.seconds = max(self.first, min(2 * self.seconds, LONGEST))


class Pulse:
    """How long no scheduled task has run.

    On SQLite it keeps one connection open. A process that closes the last one has the
    database to itself while it tidies up, and one that hangs just then would keep
    everybody out; with this one open, none is ever the last.
    """

    def __init__(self) -> None:
        from django.db import connection

        self.connection = connection
        self.embedded = connection.vendor == "sqlite"
        if self.embedded:
            connection.close()
            connection.settings_dict["OPTIONS"]["timeout"] = LOOKS_FOR
        self.last = time.monotonic()

    def silence(self) -> float:
        """Seconds since a scheduled task last ran, or since the start if none has yet.

        A server's database that does not answer says nothing about the worker: the
        silence counts from its last failure to answer. SQLite is kept from answering only
        by a process of this installation that hangs: there the silence goes on.
        """
        from django.db import DatabaseError

        from config.health import heartbeat_age

        try:
            age = heartbeat_age()
        except DatabaseError:
            self.connection.close()
            if not self.embedded:
                self.last = time.monotonic()
            return time.monotonic() - self.last
        if not self.embedded:
            self.connection.close()
        if age is not None:
            self.last = max(self.last, time.monotonic() - age.total_seconds())
        return time.monotonic() - self.last
