"""A CSV file in UTF-8 as a stream of records that can be taken up where it was left."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from kpis.services.imports.files import FileRefused

BOM = b"\xef\xbb\xbf"
Record = tuple[int, list[str]]


class Stream:
    """Records from a place on: ``offset`` bytes and ``row`` records are behind it.

    Records are counted as a spreadsheet does: the header is row 1, a quoted line break
    is part of a cell, blank lines count and are left out.
    """

    def __init__(
        self, path: Path, *, delimiter: str = ",", offset: int = 0, row: int = 0, name: str = ""
    ) -> None:
        self.name = name or path.name
        self.delimiter, self.offset, self.row = delimiter, offset, row
        self.ended = False
        self._file: IO[bytes] = _opened(path)
        self._file.seek(offset)
        self._reader = csv.reader(self._lines(), delimiter=delimiter, strict=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def take(self, count: int) -> list[Record]:
        """The next records, ``count`` at most; fewer only at the end. Raises FileRefused."""
        found: list[Record] = []
        number = self.row
        try:
            for number, record in enumerate(islice(self._reader, count), start=self.row + 1):
                if any(record):
                    found.append((number, record))
        except csv.Error as error:
            raise FileRefused(
                f"Row {number + 1}, column 1 or later: {self.name} cannot be read ({error})."
                " Look for a quotation mark that is not closed."
            ) from None
        self.ended = number < self.row + count
        self.row = number
        return found

    def header(self) -> tuple[str, ...]:
        """The names in the first record. Raises FileRefused."""
        first = self.take(1)
        while not first and not self.ended:
            first = self.take(1)
        if not first:
            raise FileRefused(f"{self.name} is empty. The first row must name the columns.")
        return tuple(cell.strip() for cell in first[0][1])

    def _lines(self) -> Iterator[str]:
        if self.offset == 0:
            self._skip_bom()
        for line in self._file:
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise FileRefused(
                    f"{self._place(line, error.start)}: byte {line[error.start]:#04x} is not"
                    f" UTF-8. Save {self.name} as CSV in UTF-8."
                ) from None
            if "\x00" in text:
                raise FileRefused(
                    f"{self._place(line, line.index(0))}: there is a NUL character."
                    f" Save {self.name} as CSV anew."
                )
            self.offset += len(line)
            yield text

    def _skip_bom(self) -> None:
        if self._file.read(3) == BOM:
            self.offset = 3
        else:
            self._file.seek(0)

    def _place(self, line: bytes, at: int) -> str:
        """Row and column of a byte, by line and by the separators before it."""
        return f"Row {self._line_number()}, column {line[:at].count(self.delimiter.encode()) + 1}"

    def _line_number(self) -> int:
        """Lines before the offset, and this one; asked for once, in a refusal."""
        self._file.seek(0)
        read = self._file.read(self.offset)
        return read.count(b"\n") + 1


def records(stream: Stream, size: int) -> Iterator[list[Record]]:
    """All that is left, ``size`` records at a time."""
    while not stream.ended:
        yield stream.take(size)


def _opened(path: Path) -> IO[bytes]:
    try:
        if path.is_dir():
            raise FileRefused(f"{path} is a folder. Name a file.")
        return path.open("rb")
    except FileNotFoundError:
        raise FileRefused(f"There is no file {path}. Check the name.") from None
    except OSError as error:
        raise FileRefused(f"{path} cannot be read: {error.strerror}.") from None
