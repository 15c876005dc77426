"""Reading a CSV file strictly: what could mean two things is refused, with its place."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from ledger.rules.errors import Refused

if TYPE_CHECKING:
    from kpis.services.imports.stream import Stream

MEGABYTE = 1_000_000
WHOLE_MB = 50
SHOWN = 20


class FileRefused(Refused):
    """A file that cannot be taken at all."""

    code = "file"
    returncode = 2


class RowsRefused(FileRefused):
    """A file with rows that cannot be read; the message names each place."""

    code = "rows"
    returncode = 1


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number as a spreadsheet shows it (the header is row 1) and its cells."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """A whole file: its name, its digest, its rows."""

    name: str
    sha256: str
    columns: tuple[str, ...]
    lines: list[Line]


@dataclass(slots=True)
class Problems:
    """Everything wrong in a file's rows, gathered before anything is said."""

    found: list[str] = field(default_factory=list)

    def add(self, row: int, column: str, message: object) -> None:
        self.found.append(f"Row {row}, column {column}: {message}")

    def refuse(self, name: str) -> None:
        """Raises RowsRefused if there is any."""
        if not self.found:
            return
        shown = self.found[:SHOWN]
        if len(self.found) > SHOWN:
            shown.append(f"and {len(self.found) - SHOWN} more.")
        raise RowsRefused("\n".join([*shown, f"{name}: nothing was loaded."]))


def read(path: Path, check_header: Callable[[Sequence[str]], str | None]) -> Table:
    """The rows of a comma-separated UTF-8 file.

    ``check_header`` says what is wrong with the column names, or None. Raises
    FileRefused or RowsRefused; nothing is read of a file above the limit.
    """
    content = _bytes(path)
    text = _text(path.name, content)
    records = _records(path.name, text)
    header = next(records, None)
    if header is None:
        raise FileRefused(f"{path.name} is empty. The first row must name the columns.")
    columns = tuple(cell.strip() for cell in header[1])
    _check_columns(path.name, columns, check_header)
    return Table(
        name=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        columns=columns,
        lines=_lines(path.name, columns, records),
    )


def limit_bytes() -> int:
    """The largest file that is read whole, in bytes; see ``stream_limit_bytes`` for the others."""
    return min(WHOLE_MB, int(settings.IMPORT_LIMIT_MB)) * MEGABYTE


def stream_limit_bytes() -> int:
    """The largest file of readings that is taken, in bytes."""
    return int(settings.IMPORT_LIMIT_MB) * MEGABYTE


def _bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileRefused(f"{path} is a folder. Name a file.")
        size = path.stat().st_size
        if size > limit_bytes():
            raise FileRefused(
                f"{path.name} has {size / MEGABYTE:.0f} MB; at most"
                f" {limit_bytes() / MEGABYTE:.0f} MB are taken. Split it into smaller files."
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise FileRefused(f"There is no file {path}. Check the name.") from None
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None


def _text(name: str, content: bytes) -> str:
    if not content.strip():
        raise FileRefused(f"{name} is empty. The first row must name the columns.")
    check_opening(name, content[:4])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place(content, error.start)
        raise FileRefused(
            f"{place}: byte {content[error.start]:#04x} is not UTF-8. Save {name} as CSV in UTF-8."
        ) from None
    if "\x00" in text:
        place = _place(content, content.index(b"\x00"))
        raise FileRefused(f"{place}: there is a NUL character. Save {name} as CSV anew.")
    return text


def _place(content: bytes, offset: int) -> str:
    """Row and column of a byte, by line and by the commas before it."""
    start = content.rfind(b"\n", 0, offset) + 1
    row = content.count(b"\n", 0, offset) + 1
    column = content.count(b",", start, offset) + 1
    return f"Row {row}, column {column}"


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """Records by number; a quoted line break is part of a cell. Blank lines count and are left out."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number = 0
    while True:
        number += 1
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise FileRefused(
                f"Row {number}, column 1 or later: {name} cannot be read ({error})."
                " Look for a quotation mark that is not closed."
            ) from None
        if any(cell.strip() for cell in record):
            yield number, record


def _check_columns(
    name: str, columns: Sequence[str], check_header: Callable[[Sequence[str]], str | None]
) -> None:
    if len(columns) == 1 and ";" in columns[0]:
        raise FileRefused(
            f"Row 1, column 1: {name} has semicolons between its columns. Save it with commas."
        )
    if len(columns) == 1 and "\t" in columns[0]:
        raise FileRefused(f"Row 1, column 1: {name} has tabs between its columns. Use commas.")
    wrong = check_header(columns)
    if wrong is not None:
        raise FileRefused(f"{wrong} {name}: nothing was loaded.")


def check_columns(
    path: Path, stream: Stream, check_header: Callable[[Sequence[str]], str | None]
) -> list[str]:
    """The names of the columns of a file that is read as a stream. Raises FileRefused."""
    with path.open("rb") as file:
        check_opening(path.name, file.read(4))
    columns = stream.header()
    _check_columns(path.name, columns, check_header)
    return list(columns)


def check_opening(name: str, opening: bytes) -> None:
    """What its first bytes say that a file is no CSV in UTF-8. Raises FileRefused."""
    if opening[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise FileRefused(f"Row 1, column 1: {name} is in UTF-16. Save it as CSV in UTF-8.")
    if opening[:4] == b"PK\x03\x04":
        raise FileRefused(f"Row 1, column 1: {name} is a spreadsheet. Save it as CSV in UTF-8.")


def _lines(
    name: str, columns: Sequence[str], records: Iterator[tuple[int, list[str]]]
) -> list[Line]:
    problems = Problems()
    lines = []
    for number, record in records:
        if len(record) != len(columns):
            at = min(len(record), len(columns)) + 1
            column = columns[at - 1] if at <= len(columns) else str(at)
            problems.add(
                number, column, f"the row has {len(record)} columns instead of {len(columns)}."
            )
            continue
        cells = {column: cell.strip() for column, cell in zip(columns, record, strict=True)}
        lines.append(Line(number, cells))
    problems.refuse(name)
    return lines


def exactly(expected: Sequence[str]) -> Callable[[Sequence[str]], str | None]:
    """A check that the columns are these, in this order."""

    def check(columns: Sequence[str]) -> str | None:
        for place, wanted in enumerate(expected, start=1):
            found = columns[place - 1] if place <= len(columns) else None
            if found != wanted:
                instead = f'is "{found}"' if found is not None else "is missing"
                return (
                    f'Row 1, column {place}: "{wanted}" {instead}.'
                    f" The columns must be {','.join(expected)}."
                )
        if len(columns) > len(expected):
            place = len(expected) + 1
            return f'Row 1, column {place}: "{columns[place - 1]}" is one column too many.'
        return None

    return check
