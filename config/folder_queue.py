"""The queue of embedded mode: a folder of messages, each of which appears whole or not at all.

Kombu's own opens a message's file before it fills it; a worker that looks in between finds an
empty message and dies. Here a message is written aside and renamed into its place.
"""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps, loads

log = structlog.get_logger(__name__)


def _messages(folder: Path) -> list[str]:
    """The files of a folder, oldest first; none while it cannot be read.

    A worker that is told so would stop listening for good; one that finds nothing looks
    again half a second later.
    """
    try:
        return sorted(os.listdir(folder))
    except OSError as error:
        log.warning("queue_unreadable", folder=str(folder), error=type(error).__name__)
        return []


class Channel(filesystem.Channel):
    """Messages as files; renaming within the folder is what puts and takes them."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        aside = Path(self.control_folder) / f"{name}.new"
        try:
            aside.parent.mkdir(exist_ok=True)
            aside.write_text(dumps(payload), encoding="utf-8")
            aside.rename(Path(self.data_folder_out) / name)
        except OSError as error:
            raise ChannelError(f"Cannot put {name} into the queue: {error}") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in _messages(folder):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.control_folder) / f"{name}.taken"
            try:
                (folder / name).rename(taken)
            except OSError:
                continue  # another worker was first
            try:
                return loads(taken.read_text(encoding="utf-8"))
            except ValueError:
                log.warning("message_unreadable", file=name)
            finally:
                taken.unlink(missing_ok=True)
        raise Empty


class Transport(filesystem.Transport):
    """Kombu's transport with the channel above."""

    Channel = Channel


def use() -> None:
    """Let broker addresses that begin with filesystem:// mean this queue."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
