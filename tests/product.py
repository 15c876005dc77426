"""The product as a whole: web, worker and scheduler as real processes, for tests.

    def test_something(product):
        with product() as running:
            running.get("/healthz")

On the PostgreSQL leg it gets a database of its own on that server, and the Redis of
that leg unless ``broker`` names another. It is a live installation without the demo.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import psycopg

ROOT = Path(__file__).resolve().parent.parent
# Waiting costs nothing where things are in order; a busy machine may need minutes.
PATIENCE = 300.0
# What the supervisor does before it starts anything: migrate, collect the front-end files.
# It is said to be set up, so that no start works out the address for that.
PREPARE = """
from scripts.serve import load_settings, prepare
prepare(load_settings())
from django.utils import timezone
from people.models import Installation
Installation.objects.create(kind="live", set_up_at=timezone.now())
"""


def free_port() -> int:
    """A loopback port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def children(pid: int) -> dict[int, str]:
    """Process ids and command lines of the direct children of ``pid``."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue  # it ended meanwhile
        if parent == pid:
            found[int(folder.name)] = command
    return found


def alive(pid: int) -> bool:
    """Whether ``pid`` runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def until(question: Any, *, patience: float = PATIENCE, every: float = 0.2) -> bool:
    """Ask again and again; whether the answer became true within ``patience`` seconds.

    ``every`` is how many seconds lie between, more where asking is itself a lot of work.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if question():
            return True
        time.sleep(every)
    return bool(question())


class Product:
    """One installation in ``folder``."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.port = free_port()
        self.address = f"http://localhost:{self.port}"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("PY")},
            "DATA_DIR": str(folder / "data"),
            "DEMO": "0",
            "PORT": str(self.port),
            "HOST": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
            "LOG_LEVEL": "WARNING",
            "WEB_WORKERS": "1",  # one answers as two do, and starts in half the time
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environment,
        }
        self.log = folder / "product.log"
        self.process: subprocess.Popen[bytes] | None = None
        self.answering: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it and wait until the web answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "scripts/serve.py"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        process = self.process
        answered = until(lambda: process.poll() is not None or self.status("/healthz") == 200)
        if not answered or process.poll() is not None:
            self.stop()
            raise AssertionError(f"did not start:\n{self.output}")

    @property
    def running(self) -> bool:
        """Whether its supervisor runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; its exit code."""
        self.hang_up()
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(120)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @property
    def output(self) -> str:
        """Everything it has printed."""
        return self.log.read_text(errors="replace")

    @property
    def parts(self) -> dict[str, int]:
        """Process ids of web, worker and scheduler."""
        assert self.process is not None
        words = {"web": " gunicorn ", "worker": " worker ", "scheduler": " beat "}
        running = children(self.process.pid)
        return {
            name: pid
            for name, word in words.items()
            for pid, command in running.items()
            if word in command
        }

    def request(
        self,
        path: str,
        *,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any]:
        """Status and JSON (or text) of GET, or of POST when there is a body."""
        data = None if body is None else json.dumps(body).encode()
        given = {"Content-Type": "application/json", **(headers or {})}
        asked = urllib.request.Request(f"{self.address}{path}", data=data, headers=given)
        try:
            with urllib.request.urlopen(asked, timeout=120) as reply:
                status, text = reply.status, reply.read().decode()
        except urllib.error.HTTPError as error:
            status, text = error.code, error.read().decode()
        try:
            return status, json.loads(text)
        except json.JSONDecodeError:
            return status, text

    def status(self, path: str) -> int:
        """Status of a page, 0 while nothing answers."""
        try:
            return self.request(path)[0]
        except OSError:
            return 0

    def ready(self) -> bool:
        """Whether a scheduled task has run: web, scheduler and worker all live."""
        return self.status("/readyz") == 200

    def shell(self, code: str | Path, **given: Any) -> str:
        """What a piece of code (or the file with it) prints, run here with the names ``given``.

        One process answers for as long as the installation is in use: a new one for each
        question would take as much time from the product as all that it is asked to do.
        """
        if isinstance(code, Path):
            code = code.read_text()
        if self.answering is None:
            self.answering = self.begin("-m", "tests.faults.answering")
        process = self.answering
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps([code, given]) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        assert line, "it ended without an answer"
        answer = json.loads(line)
        assert not answer["failed"], answer["failed"]
        return str(answer["printed"])

    def told(self, word: str, code: str | Path, **given: Any) -> Any:
        """What the piece of code printed after ``word``, as JSON."""
        lines = self.shell(code, **given).splitlines()
        line = next(line for line in lines if line.startswith(f"{word} "))
        return json.loads(line.removeprefix(f"{word} "))

    def begin(self, *arguments: str) -> subprocess.Popen[str]:
        """Python with these arguments on this installation, to be spoken to."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hang_up(self) -> None:
        """End the process that answers, if there is one."""
        if self.answering is not None:
            self.answering.communicate(timeout=PATIENCE)
            self.answering = None


@contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Test processes that ask for the same ``folder`` have it one after the other."""
    with (folder / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


class Installations:
    """Makes installations as copies of one that is prepared, which takes its time.

    On SQLite that one is made once for all test processes of a run, in the folder they
    ``share``. On PostgreSQL each makes its own, quickly, from the migrated database of
    the leg (see tests/settings.py).
    """

    def __init__(self, folder: Path, share: Path, worker: str) -> None:
        self.folder = folder
        self.server = os.environ.get("DATABASE_URL", "")
        self.broker = os.environ.get("BROKER_URL", "")
        self.worker = worker
        self.made: list[str] = []
        self.products: list[Product] = []
        self.template = (folder if self.server else share) / "prepared"
        with one_at_a_time(self.template.parent):
            if not self.template.exists():
                self.prepare()

    def prepare(self) -> None:
        """Make the one that all others are copies of."""
        model = self.new("template", broker="")
        subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=model.environment, check=True)
        (model.folder / "data").rename(self.template)

    def new(self, name: str, *, broker: str | None = None, **environment: str) -> Product:
        """An installation that is not started yet."""
        places = {"BROKER_URL": self.queue() if broker is None else broker}
        places["DATABASE_URL"] = self.database(name) if self.server else ""
        folder = self.folder / name
        if self.template.exists():
            shutil.copytree(self.template, folder / "data")
        folder.mkdir(exist_ok=True)
        self.products.append(Product(folder, **{**places, **environment}))
        return self.products[-1]

    def queue(self) -> str:
        """A Redis database of this test process's own."""
        if not self.broker.startswith("redis:"):
            return ""
        number = int(self.worker.removeprefix("gw") or 0) if self.worker != "master" else 0
        return f"{self.broker.rsplit('/', 1)[0]}/{1 + number}"

    def database(self, name: str) -> str:
        """The address of a database of this name on the server of the leg, made now."""
        full = f"product_{self.worker}_{name}"
        source = f"product_{self.worker}_template"
        if name == "template":
            source = os.environ.get("MIGRATED_DATABASE") or "template1"
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{full}" TEMPLATE "{source}"')
        self.made.append(full)
        return f"{self.server.rsplit('/', 1)[0]}/{full}"

    def drop(self) -> None:
        """Throw the databases away."""
        for product in self.products:
            product.hang_up()
        if not self.made:
            return
        with psycopg.connect(self.server, autocommit=True) as connection:
            for full in self.made:
                connection.execute(f'DROP DATABASE IF EXISTS "{full}" WITH (FORCE)')
