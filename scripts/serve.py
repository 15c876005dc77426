"""Start Makmal: check, migrate, load the demo, then run web, worker and scheduler.

Called by `make run`. Settings: PORT, HOST, DATA_DIR, DEMO and those of config/settings.py.
Whatever stands in the way is said in one line.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType
from typing import IO, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.chdir(ROOT)

from scripts.children import Child, Children  # noqa: E402
from scripts.pulse import Patience, Pulse  # noqa: E402

STOP_AFTER = 15.0
LOOK_EVERY = 5.0
# A worker can lose its place when the broker goes away under it, and wait for ever:
# after so many seconds without a scheduled task (one is due every five) it is renewed.
STALLED_AFTER = float(os.environ.get("STALLED_AFTER", "").strip() or 45)
SCHEDULED = {"worker", "scheduler"}


def say(line: str) -> None:
    print(f"makmal: {line}", flush=True)


def refuse(line: str) -> None:
    """Say why it cannot start, and end."""
    print(f"makmal: {line}", file=sys.stderr, flush=True)
    sys.exit(1)


def asked_port() -> int:
    """PORT as a number, refused in one line when it is none."""
    given = os.environ.get("PORT", "").strip() or "8000"
    if not given.isdecimal() or not 1 <= int(given) <= 65535:
        refuse(f"PORT={given} is not a port: give a number from 1 to 65535.")
    return int(given)


def check_port(host: str, port: int) -> None:
    """Refuse a port that another program holds or that this account may not open."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                refuse(f"port {port} is in use. Choose another: make run PORT={port + 123}")
            refuse(f"cannot open {host}:{port} ({error.strerror}). Try: make run PORT=8000")


def load_settings() -> Any:
    """Django's settings; each thing that is wrong with them is one line."""
    from config.environment import Misconfigured

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        import django
        from django.conf import settings

        django.setup()
    except Misconfigured as error:
        refuse(str(error))
    try:
        with tempfile.TemporaryFile(dir=settings.DATA_DIR):
            pass
    except OSError as error:
        refuse(
            f"cannot write in {settings.DATA_DIR} ({error.strerror}). "
            "Choose another folder: make run DATA_DIR=/path"
        )
    return settings


def lock(folder: Path) -> IO[str]:
    """Hold the data folder: two supervisors on the same data would both run its sweeps."""
    file = (folder / "lock").open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        refuse(f"already running on the data in {folder}. Stop it first, or give another DATA_DIR.")
    return file


def check_database(demo: bool) -> None:
    """Refuse a database that cannot be reached, or that holds the other kind of data."""
    from django.apps import apps
    from django.db import DatabaseError, connection

    installation = apps.get_model("people", "Installation")
    try:
        if installation._meta.db_table not in connection.introspection.table_names():
            return
        kind = installation._default_manager.values_list("kind", flat=True).first()
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[0]
        refuse(f"the database cannot be used ({reason}). Check DATABASE_URL and DATA_DIR.")
        return
    if kind and kind != ("demo" if demo else "live"):
        refuse(
            f"this database holds {'a demonstration' if kind == 'demo' else 'live data'}, "
            f"and DEMO={int(demo)} was asked for. The two never share one: "
            "give another DATA_DIR or DATABASE_URL."
        )


def prepare(settings: Any) -> None:
    """Bring the database and the front-end files up to date."""
    from django.core.management import call_command
    from django.db import connection

    from config.health import pending_migrations

    if pending_migrations():
        say("bringing the database up to date")
        call_command("migrate", verbosity=0, interactive=False)
    call_command("install_reference_lists")
    mark = fingerprint()
    kept = Path(settings.STATIC_ROOT) / ".made-from"
    if not kept.exists() or kept.read_text() != mark:
        say("collecting the front-end files")
        call_command("collectstatic", verbosity=0, interactive=False, clear=True)
        kept.write_text(mark)
    connection.close()


def fingerprint() -> str:
    """A digest of what the collected front-end files are made from."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for path in sorted((ROOT / "static").rglob("*")):
        if path.is_file():
            digest.update(str(path.relative_to(ROOT)).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def manage(*arguments: str) -> bool:
    """Run a management command in a process of its own; whether it went well."""
    from django.core.management import get_commands

    if arguments[0] not in get_commands():
        return True
    # Checks of the code are for those who change it (`make check`); here they cost seconds.
    command = [sys.executable, "manage.py", *arguments, "--skip-checks"]
    return subprocess.run(command, check=False, start_new_session=True).returncode == 0


def fill(demo: bool) -> bool:
    """Load the demo once; True when the first administrator is still to be made."""
    from django.apps import apps
    from django.db import connection

    row = apps.get_model("people", "Installation")._default_manager.first()
    connection.close()
    if demo:
        if row is None or row.demo_loaded_at is None:
            say("loading the demo (once)")
            if not manage("load_demo"):
                refuse("the demo could not be loaded (see above).")
        return False
    return row is None or row.set_up_at is None


def programs(host: str, port: int, settings: Any) -> list[Child]:
    """Web, worker and scheduler, in the sizes that fit the database and broker."""
    python = [sys.executable, "-m"]
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    embedded = settings.BROKER_URL.startswith("filesystem:")
    workers = os.environ.get("WEB_WORKERS", "1" if sqlite else "2")
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    web = [
        *(*python, "gunicorn", "config.wsgi", "--bind", address, "--workers", workers),
        *("--worker-class", "gthread", "--threads", os.environ.get("WEB_THREADS", "8")),
        *("--graceful-timeout", "10", "--log-level", "warning", "--no-control-socket"),
    ]
    pool = (
        ["--pool", "solo"] if embedded else ["--concurrency", os.environ.get("TASK_WORKERS", "2")]
    )
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    worker = [*python, "celery", "-A", "config", "-q", "worker", *pool, *quiet]
    beat = [*python, "celery", "-A", "config.scheduler", "-q", "beat", "--pidfile="]
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONUNBUFFERED": "1",
        # As in ``manage``.
        "CELERY_SKIP_CHECKS": "1",
        # Said at each start in a container, where root is the only account there is.
        "PYTHONWARNINGS": "ignore:You're running the worker:UserWarning",
    }
    return [
        Child("web", web, environment),
        Child("worker", worker, environment),
        Child("scheduler", beat, environment),
    ]


def answers(address: str) -> bool:
    """Whether the web process serves requests by now."""
    try:
        with urllib.request.urlopen(f"{address}/healthz", timeout=2) as reply:  # noqa: S310
            return bool(reply.status == 200)
    except urllib.error.HTTPError:
        return True  # it answers; that it refuses this host name is its right
    except OSError:
        return False


def renew_if_stalled(children: Children, pulse: Pulse, patience: Patience) -> None:
    """Start worker and scheduler anew when they run and nothing gets done."""
    silence, enough = pulse.silence(), patience.left()
    if children.steady(SCHEDULED, enough) and silence > enough:
        say(f"no scheduled task ran for {enough:.0f} s; starting worker and scheduler anew")
        children.renew(SCHEDULED)
        patience.lose()


def announce(address: str, settings: Any, *, set_up: bool) -> None:
    """The address, and how to get in."""
    print(flush=True)
    say(f"running at {address}  (data in {settings.DATA_DIR}; Ctrl-C stops it)")
    if settings.DEMO:
        manage("demo_accounts")
    elif set_up:
        manage("setup_token", "--address", address)
    print(flush=True)


class Stop(Exception):
    """Someone asked for the end."""


def on_signal(_number: int, _frame: FrameType | None) -> None:
    raise Stop


def main() -> None:
    host, port = os.environ.get("HOST", "").strip() or "127.0.0.1", asked_port()
    settings = load_settings()
    held = lock(settings.DATA_DIR)
    check_port(host, port)
    check_database(settings.DEMO)
    children = Children(say)
    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    try:
        prepare(settings)
        set_up = fill(settings.DEMO)
        check_port(host, port)  # again: loading may have taken a minute
        children.members = programs(host, port, settings)
        children.start()
        pulse, patience = Pulse(), Patience(STALLED_AFTER)
        shown = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::1", "::"} else host  # noqa: S104
        address, announced = f"http://{shown}:{port}", False
        look_at = time.monotonic() + LOOK_EVERY
        while True:
            time.sleep(0.3)
            children.watch()
            if time.monotonic() >= look_at:
                renew_if_stalled(children, pulse, patience)
                look_at = time.monotonic() + LOOK_EVERY
            if not announced and answers(address):
                announced = True
                announce(address, settings, set_up=set_up)
    except Stop:
        # make passes the same Ctrl-C on, so a second signal at once is not impatience.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        say("stopping")
    finally:
        children.stop(patience=STOP_AFTER)
        held.close()
    say("stopped")


if __name__ == "__main__":
    main()
