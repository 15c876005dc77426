"""The file of seals outside the database: one JSON line per seal, only ever appended.

Whoever can change the database, even with the ledger's key, cannot make the past
agree with this file. All processes of an installation share its folder.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from ledger.models import Seal
from ledger.rules import chain

TAIL = 4_096  # bytes: some ten lines


@dataclass(frozen=True, slots=True)
class Line:
    """What the file says of one seal."""

    number: int
    first: int
    last: int
    count: int
    digest: str
    sealed_at: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The lines in the order they were written, and the number of the first bad one."""

    lines: list[Line]
    unreadable: int | None = None


def path() -> Path:
    return Path(settings.SEALS_DIR) / "seals.jsonl"


def line_of(seal: Seal) -> Line:
    """The line that belongs to a row."""
    return Line(
        number=seal.number,
        first=seal.first,
        last=seal.last,
        count=seal.count,
        digest=seal.digest,
        sealed_at=chain.moment(seal.sealed_at),
    )


def read() -> Contents | None:
    """What the file says; None when there is no file.

    A torn line is forgiven when it is the beginning of the line after it, or the
    end of the file: a crash while appending, mended since or about to be.
    """
    try:
        raw = path().read_bytes()
    except FileNotFoundError:
        return None
    rows = [row for row in raw.split(b"\n") if row]
    lines: list[Line] = []
    for at, row in enumerate(rows):
        try:
            lines.append(Line(**json.loads(row)))
        except (ValueError, TypeError):
            following = rows[at + 1] if at + 1 < len(rows) else None
            if following is not None and not following.startswith(row):
                return Contents(lines, unreadable=at + 1)
    return Contents(lines)


def latest() -> set[int]:
    """The numbers of the last seals written: a look at the end of the file only."""
    try:
        with open(path(), "rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - TAIL))
            rows = file.read().split(b"\n")
    except FileNotFoundError:
        return set()
    numbers = set()
    for row in rows:
        try:
            numbers.add(Line(**json.loads(row)).number)
        except (ValueError, TypeError):
            continue  # torn, or cut by where we began to read
    return numbers


def make() -> bool:
    """Make the empty file; False when it is there already."""
    try:
        descriptor = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    os.close(descriptor)
    folder = os.open(path().parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return True


def append(seal: Seal) -> None:
    """Write the seal's line and wait until the disk has it."""
    text = json.dumps(asdict(line_of(seal)), sort_keys=True, separators=(",", ":")).encode()
    with open(path(), "ab+") as file:
        if file.tell():
            file.seek(-1, os.SEEK_END)
            if file.read(1) != b"\n":
                text = b"\n" + text
        file.write(text + b"\n")
        file.flush()
        os.fsync(file.fileno())
