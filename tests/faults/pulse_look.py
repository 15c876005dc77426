"""Looks at an installation as its supervisor does; run by test_pulse.py, prints JSON."""

import json
import sqlite3
import time
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
began = time.monotonic()
told = {"held": pulse.silence()}
told["asked_for"] = time.monotonic() - began
told["held_again"] = pulse.silence()
hanging.close()

health.beat()
told["after_a_beat"] = pulse.silence()

other = sqlite3.connect(place)
other.execute("SELECT count(*) FROM django_migrations").fetchone()
other.close()
told["log_left"] = place.with_name(f"{place.name}-wal").exists()
print(json.dumps(told))
