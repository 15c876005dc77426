"""Private servers for the tests: started on free loopback ports, thrown away afterwards."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.sql import SQL, Identifier

from scripts.children import die_with

ROOT = Path(__file__).resolve().parent.parent
START_WITHIN = 30.0


def postgres_folder() -> Path | None:
    """Where PostgreSQL's programs are; Debian keeps them off the PATH."""
    found = shutil.which("initdb")
    if found and shutil.which("postgres"):
        return Path(found).parent
    folders = sorted(
        (Path(path).parent for path in glob.glob("/usr/lib/postgresql/*/bin/initdb")),
        key=lambda folder: int(folder.parent.name.split(".")[0]),
    )
    return folders[-1] if folders else None


def redis_server() -> str | None:
    """The Redis (or Valkey) server program."""
    return shutil.which("redis-server") or shutil.which("valkey-server")


def chromium() -> str | None:
    """The browser of the browser leg."""
    named = os.environ.get("CHROMIUM", "")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_nobody(command: list[str]) -> list[str]:
    """The same command without root's rights, which PostgreSQL refuses to run with."""
    if os.geteuid() != 0:
        return command
    nobody = pwd.getpwnam("nobody")
    account = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    # Changing the account drops the wish to die with the parent, so it is stated again.
    return ["setpriv", *account, "--pdeathsig=TERM", *command]


def wait_for(port: int, process: subprocess.Popen[bytes], name: str) -> None:
    """Return once the server accepts connections."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"{name} ended at once (code {process.returncode})")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"{name} did not start within {START_WITHIN:.0f} s")


@contextmanager
def running(command: list[str], *, port: int, name: str, log: Path) -> Iterator[None]:
    """``command`` for as long as the block lasts."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),
        )
        try:
            wait_for(port, process, name)
            yield
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def postgres(programs: Path, folder: Path) -> Iterator[str]:
    """A PostgreSQL server in ``folder``; yields its DATABASE_URL."""
    data, port = folder / "postgres", free_port()
    data.mkdir()
    if os.geteuid() == 0:
        shutil.chown(data, "nobody")
        folder.chmod(0o711)
    subprocess.run(
        as_nobody(
            [
                *(str(programs / "initdb"), "-D", str(data / "data"), "-U", "makmal"),
                *("-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
            ]
        ),
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
    )
    # Nothing here has to survive a crash, so nothing waits for the disk.
    fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100"]
    command = [
        *(str(programs / "postgres"), "-D", str(data / "data"), "-p", str(port)),
        *("-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}"),
        *(part for setting in fast for part in ("-c", setting)),
    ]
    with running(as_nobody(command), port=port, name="PostgreSQL", log=folder / "postgres.log"):
        yield f"postgres://makmal@127.0.0.1:{port}/postgres"


def migrated(server: str, name: str, folder: Path) -> None:
    """Make the database ``name`` on the PostgreSQL ``server``, with all migrations applied."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    address = f"{server.rpartition('/')[0]}/{name}"
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "DATA_DIR": str(folder / "migrating")},
        check=True,
    )


@contextmanager
def redis(program: str, folder: Path, *, port: int | None = None) -> Iterator[str]:
    """A Redis server that keeps nothing, on ``port`` or a free one; yields its BROKER_URL."""
    port = port or free_port()
    command = [
        *(program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)),
        *("--save", "", "--appendonly", "no", "--databases", "16"),
    ]
    with running(command, port=port, name="Redis", log=folder / "redis.log"):
        yield f"redis://127.0.0.1:{port}/0"
