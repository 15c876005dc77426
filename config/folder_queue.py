"""The queue of embedded mode: a folder of messages, each of which appears whole or not at all.

Kombu's own opens a file before it fills it; a worker that looks in between finds an empty
message, or an empty list of queues, and dies. Here both are written aside and renamed into
their place.
"""

from __future__ import annotations

import os
import uuid
from collections import deque
from contextlib import suppress
from pathlib import Path
from queue import Empty
from time import time_ns
from typing import Any

import structlog
from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.transport.filesystem import exchange_queue_t
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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Listing the folder for each message would take a worker that was away for a night
        # longer than the messages themselves.
        self._listed: deque[str] = deque()

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]
        name = f"{time_ns():020d}_{uuid.uuid4()}.{queue}.msg"
        try:
            self._write(Path(self.data_folder_out) / name, payload)
        except OSError as error:
            raise ChannelError(f"Cannot put {name} into the queue: {error}") from error

    def _write(self, place: Path, content: Any) -> None:
        """``content`` as JSON in ``place``, whole from the first moment."""
        aside = Path(self.control_folder) / f"{place.name}.{uuid.uuid4()}.new"
        aside.parent.mkdir(exist_ok=True)
        aside.write_text(dumps(content), encoding="utf-8")
        aside.rename(place)

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        if not self._listed:
            self._listed.extend(_messages(folder))
        while self._listed:
            name = self._listed.popleft()
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = Path(self.control_folder) / f"{name}.taken"
            try:
                (folder / name).rename(taken)
            except OSError:
                continue  # another worker was first
            try:
                return loads(taken.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                log.warning("message_unreadable", file=name)
            finally:
                with suppress(OSError):
                    taken.unlink()
        raise Empty

    def _queue_bind(self, exchange: str, routing_key: str, pattern: str, queue: str) -> None:
        bound = exchange_queue_t(routing_key or "", pattern or "", queue or "")
        table = self.get_table(exchange)
        if bound in table:
            return
        place = self._exchange_file(exchange)
        try:
            self._write(place, [bound, *table])
        except OSError as error:
            raise ChannelError(f"Cannot bind {queue}: {error}") from error


class Transport(filesystem.Transport):
    """Kombu's transport with the channel above."""

    Channel = Channel


def use() -> None:
    """Let broker addresses that begin with filesystem:// mean this queue."""
    TRANSPORT_ALIASES["filesystem"] = f"{__name__}:Transport"
