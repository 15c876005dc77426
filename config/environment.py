"""Settings from the environment, each refusal one line that names the variable.

Folders and keys are made here too: a missing key is not an error, it is made
once and kept beside the data, outside the database.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from environs import Env, EnvError

BASE_DIR = Path(__file__).resolve().parent.parent

env = Env()


class Misconfigured(Exception):
    """A setting is missing or unusable; the message says which and what to do."""


def read(reader: Callable[..., Any], name: str, default: Any, *, hint: str) -> Any:
    """Return setting ``name`` as ``reader`` understands it, ``default`` when unset or empty.

    Raises Misconfigured with ``hint`` when the value cannot be used.
    """
    if not os.environ.get(name, "").strip():
        return default
    try:
        return reader(name)
    except (EnvError, ValueError) as error:
        value = os.environ[name] if name not in SECRET_NAMES else "…"
        raise Misconfigured(f"{name}={value} is not usable: {hint}.") from error


def from_one(name: str) -> int:
    """A whole number from 1 on. Raises ValueError."""
    number: int = env.int(name)
    if number < 1:
        raise ValueError(number)
    return number


SECRET_NAMES = frozenset({"SECRET_KEY", "LEDGER_KEY", "DATABASE_URL", "BROKER_URL", "EMAIL_URL"})


def data_dir(*, demo: bool) -> Path:
    """The folder that holds database, files, queue, seals and keys; made if missing."""
    given = os.environ.get("DATA_DIR", "").strip()
    folder = Path(given).expanduser() if given else BASE_DIR / "var" / ("demo" if demo else "live")
    folder = folder.resolve()
    for part in ("", "media", "queue", "queue/control", "seals", "keys", "mail", "static"):
        make_folder(folder / part)
    if not os.access(folder, os.W_OK):
        raise Misconfigured(f"DATA_DIR={folder} cannot be written to: choose another folder.")
    return folder


def make_folder(folder: Path) -> None:
    """Make ``folder``, for this account only."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise Misconfigured(
            f"DATA_DIR: cannot make {folder} ({error.strerror}): choose a folder that can be written to."
        ) from error


def kept_key(name: str, folder: Path) -> str:
    """The secret ``name`` from the environment, else the one kept in ``folder``.

    The first caller makes it: written whole to a file of its own, then linked, so
    that two processes that start together end up with the same key.
    """
    given = os.environ.get(name, "").strip()
    if given:
        if len(given) < 32:
            raise Misconfigured(
                f"{name} is too short: give at least 32 characters, or leave it unset."
            )
        return given
    path = folder / name.lower()
    if not path.exists():
        draft = folder / f".{name.lower()}.{os.getpid()}.{secrets.token_hex(4)}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # another process was first; its key holds
        finally:
            draft.unlink()
    try:
        return path.read_text().strip()
    except OSError as error:
        raise Misconfigured(f"{name}: cannot read {path} ({error.strerror}).") from error


SQLITE = "config.sqlite3"


def database(folder: Path) -> dict[str, Any]:
    """The Django database entry: SQLite in ``folder`` unless DATABASE_URL says otherwise."""
    entry: dict[str, Any] = read(
        env.dj_db_url,
        "DATABASE_URL",
        {"ENGINE": SQLITE, "NAME": str(folder / "db.sqlite3")},
        hint="write it as postgres://user:password@host:5432/name, or leave it unset for SQLite",
    )
    options: dict[str, Any] = entry.setdefault("OPTIONS", {})
    if entry["ENGINE"].endswith("sqlite3"):
        entry["ENGINE"] = SQLITE
        # IMMEDIATE takes the write lock at the start, so that a reader never finds at
        # commit that it has to give way; the timeout is how long a writer waits in line.
        options.update(
            transaction_mode="IMMEDIATE",
            timeout=20,
            init_command=(
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;"
            ),
        )
    elif entry["ENGINE"].endswith("postgresql"):
        entry["CONN_MAX_AGE"] = 0
        # Only the web asks for a pool (config/wsgi.py): a pool must not cross a fork.
        if read(env.bool, "DATABASE_POOL", False, hint="0 or 1"):
            options["pool"] = {"min_size": 1, "max_size": 8, "timeout": 10}
    else:
        raise Misconfigured("DATABASE_URL is not usable: only SQLite and PostgreSQL are supported.")
    return entry


def email(folder: Path) -> dict[str, Any]:
    """Django's mail settings: files in ``folder``/mail unless EMAIL_URL names a server."""
    given = read(
        env.dj_email_url,
        "EMAIL_URL",
        None,
        hint="write it as smtp+tls://user:password@host:587, or leave it unset to keep mail in files",
    )
    if given is None:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(folder / "mail"),
        }
    return {name: value for name, value in given.items() if name.startswith("EMAIL_")}
