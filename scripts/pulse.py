"""Whether scheduled work still gets done, as the database of an installation tells."""

from __future__ import annotations

import time

# A look must never hold up the supervisor: who asks it to stop is not kept waiting.
PATIENCE = 2


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
            connection.settings_dict["OPTIONS"]["timeout"] = PATIENCE
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
