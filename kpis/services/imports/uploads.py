"""A file that came through the browser: kept outside the database, and made readable.

Whatever came becomes one CSV file in UTF-8 beside it, ``rows.csv``, which the steps that
follow read; how it was read (encoding, separator) is told, or asked where the file leaves
it open.
"""

from __future__ import annotations

import codecs
import csv
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from kpis.services.imports.files import MEGABYTE, FileRefused, stream_limit_bytes
from ledger import entropy

ENCODINGS = {
    "utf-8": _("UTF-8"),
    "utf-8-sig": _("UTF-8 with a mark at its start"),
    "utf-16": _("UTF-16"),
    "cp1252": _("Windows-1252 (Western European)"),
}
DELIMITERS = {",": _("comma"), ";": _("semicolon"), "\t": _("tab")}
PIECE = 1 << 20  # bytes
ENDINGS = (".csv", ".txt", ".tsv", ".xlsx")
SPREADSHEET = b"PK\x03\x04"
OLD_SPREADSHEET = b"\xd0\xcf\x11\xe0"


class UploadRefused(FileRefused):
    """A file that is not taken; said beside the field it was sent in."""

    def __init__(self, message: Any) -> None:
        super().__init__(message, fields={"file": message})


class Upload(Protocol):
    """What Django gives for a file that was sent."""

    name: str
    size: int

    def chunks(self) -> Iterator[bytes]: ...


def folder_of(name: str) -> Path:
    """Where the files of a job lie."""
    return Path(settings.DATA_DIR) / "imports" / name


def keep(file: Upload) -> tuple[Path, bool]:
    """Store a file that was sent; its path, and whether it is a spreadsheet.

    Raises UploadRefused: too large, empty, of another kind, or not what its name says.
    """
    ending = Path(file.name).suffix.lower()
    if ending not in ENDINGS:
        raise UploadRefused(_("Send a CSV file (.csv) or a spreadsheet (.xlsx)."))
    if not file.size:
        raise UploadRefused(_("The file is empty. Choose another one."))
    if file.size > stream_limit_bytes():
        raise UploadRefused(
            _("The file is larger than %(limit)s MB. Split it into smaller files.")
            % {"limit": stream_limit_bytes() // MEGABYTE}
        )
    folder = folder_of(entropy.token_hex(16))
    folder.mkdir(mode=0o700, parents=True)
    path = folder / f"original{ending}"
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        for piece in file.chunks():
            kept.write(piece)
    try:
        is_sheet = _kind(path, ending)
    except FileRefused:
        forget(path)
        raise
    return path, is_sheet


def forget(path: Path) -> None:
    """Delete a file that was sent and what was made of it."""
    if path.parent.parent == folder_of("x").parent:
        shutil.rmtree(path.parent, ignore_errors=True)


def rows_of(path: Path) -> Path:
    """The CSV file that was made of it."""
    return path.parent / "rows.csv"


def encoding_of(path: Path) -> str:
    """utf-8, utf-8-sig or utf-16 where the file itself shows it; "" where it does not."""
    with path.open("rb") as file:
        opening = file.read(4)
    if opening.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if opening[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return ""
    return "utf-8"


def transcode(path: Path, encoding: str) -> None:
    """Write ``rows.csv`` in UTF-8, whole or not at all. Raises FileRefused."""
    target = rows_of(path)
    draft = target.with_suffix(".new")
    read = 0
    try:
        with (
            path.open(encoding=encoding, errors="strict", newline=None) as source,
            draft.open("w", encoding="utf-8", newline="") as made,
        ):
            while piece := source.read(PIECE):
                if "\x00" in piece:
                    row = read + piece.count("\n", 0, piece.index("\x00")) + 1
                    raise FileRefused(
                        _("Row %(row)s: there is a NUL character. Is this the right encoding?")
                        % {"row": row}
                    )
                read += piece.count("\n")
                made.write(piece)
    except UnicodeDecodeError as error:
        draft.unlink(missing_ok=True)
        raise FileRefused(
            _("The file cannot be read as %(encoding)s (%(what)s). Say another encoding.")
            % {"encoding": ENCODINGS[encoding], "what": error.reason},
            fields={"encoding": _("The file cannot be read in this encoding.")},
        ) from None
    except FileRefused:
        draft.unlink(missing_ok=True)
        raise
    draft.replace(target)


def delimiter_of(path: Path) -> str:
    """What stands between the columns of the first line, most often; a comma where nothing does."""
    with rows_of(path).open(encoding="utf-8-sig", newline="") as file:
        first = file.readline(PIECE)
    counted = Counter({each: _outside_quotes(first, each) for each in DELIMITERS})
    found, times = counted.most_common(1)[0]
    return found if times else ","


def preview(path: Path, delimiter: str, *, rows: int = 6) -> list[list[str]]:
    """The first records of ``rows.csv``. Raises FileRefused."""
    found: list[list[str]] = []
    try:
        with rows_of(path).open(encoding="utf-8-sig", newline="") as file:
            for record in csv.reader(file, delimiter=delimiter, strict=True):
                if any(record):
                    found.append([cell.strip() for cell in record])
                if len(found) == rows:
                    break
    except csv.Error as error:
        raise FileRefused(
            _(
                "The first rows cannot be read (%(why)s). Look for a quotation mark that is not closed."
            )
            % {"why": error}
        ) from None
    return found


def _kind(path: Path, ending: str) -> bool:
    """Whether it is a spreadsheet. Raises UploadRefused where name and content differ."""
    with path.open("rb") as file:
        opening = file.read(8)
    if opening.startswith(OLD_SPREADSHEET):
        raise UploadRefused(
            _(
                "This is a spreadsheet with a password or of an old kind. Save it as .xlsx without one."
            )
        )
    is_sheet = opening.startswith(SPREADSHEET)
    if is_sheet != (ending == ".xlsx"):
        raise UploadRefused(
            _("The file is not what its name says. Save it as .xlsx, or as CSV with the name .csv.")
        )
    return is_sheet


def _outside_quotes(line: str, sign: str) -> int:
    return sum(part.count(sign) for part in line.split('"')[::2])
