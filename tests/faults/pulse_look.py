"""Looks at an installation as its supervisor does; run by test_pulse.py, prints JSON."""

import json
import sqlite3
from pathlib import Path

from scripts.serve import load_settings

settings = load_settings()

from config import health  # noqa: E402
from scripts.pulse import Pulse  # noqa: E402

place = Path(settings.DATABASES["default"]["NAME"])
pulse = Pulse()

hanging = sqlite3.connect(place, isolation_level=None)
hanging.execute("PRAGMA locking_mode=EXCLUSIVE")
hanging.execute("BEGIN EXCLUSIVE")
told = {"held": pulse.silence()}
told["held_again"] = pulse.silence()
hanging.close()

with pulse.connection.cursor() as cursor:
    cursor.execute("PRAGMA busy_timeout")
    told["waits_for"] = cursor.fetchone()[0]

health.beat()
told["after_a_beat"] = pulse.silence()

other = sqlite3.connect(place)
other.execute("SELECT count(*) FROM django_migrations").fetchone()
other.close()
told["log_left"] = place.with_name(f"{place.name}-wal").exists()
print(json.dumps(told))
