"""Child processes that are started, watched, started again and stopped together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
LONGEST_PAUSE = 30.0
STEADY_AFTER = 60.0


def die_with(parent: int) -> Callable[[], None]:
    """What a child does first: ask the kernel for SIGTERM should ``parent`` be killed hard."""

    def ask() -> None:
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return ask


@dataclass
class Child:
    """One program: how to start it, and how it has fared."""

    name: str
    command: list[str]
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 1.0
    due: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the supervisor."""
        self.process = subprocess.Popen(
            self.command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),
        )
        self.started = time.monotonic()


@dataclass
class Children:
    """All programs of one installation."""

    say: Callable[[str], None]
    members: list[Child] = field(default_factory=list)

    def start(self) -> None:
        """Start every program."""
        for child in self.members:
            child.start()

    def watch(self) -> None:
        """Start again whatever died, waiting longer each time it dies young."""
        now = time.monotonic()
        for child in self.members:
            if child.process is None:
                if now >= child.due:
                    child.start()
                continue
            code = child.process.poll()
            if code is None:
                continue
            if now - child.started > STEADY_AFTER:
                child.pause = 1.0
            self.say(
                f"{child.name} stopped (code {code}); starting it again in {child.pause:.0f} s"
            )
            child.process = None
            child.due = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def renew(self, names: set[str]) -> None:
        """End these programs at once; ``watch`` starts them again. Work is rows: none is lost."""
        for child in self.members:
            if child.name in names and child.process and child.process.poll() is None:
                os.killpg(child.process.pid, signal.SIGKILL)

    def steady(self, names: set[str], seconds: float) -> bool:
        """Whether all of these have run for so long without being started again."""
        now = time.monotonic()
        chosen = [child for child in self.members if child.name in names]
        return all(child.process and now - child.started > seconds for child in chosen)

    def stop(self, *, patience: float) -> None:
        """Ask each to finish, and end what has not after ``patience`` seconds."""
        running = [child.process for child in self.members if child.process]
        for process in running:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + patience
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
