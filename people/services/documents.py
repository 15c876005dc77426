"""Files kept as evidence: type and size checked, digest kept, never replaced."""

from __future__ import annotations

import datetime
import hashlib
from pathlib import PurePath

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Document

LARGEST = 20 * 1024 * 1024  # bytes
SNIFFED = 512  # bytes

# How a file of each kind begins. The name's ending must agree with the content, so
# that nobody is served a page of script that calls itself a minute.
KINDS: dict[str, tuple[str, tuple[bytes, ...]]] = {
    ".pdf": ("application/pdf", (b"%PDF-",)),
    ".png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    ".jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    ".odt": ("application/vnd.oasis.opendocument.text", (b"PK\x03\x04",)),
    ".ods": ("application/vnd.oasis.opendocument.spreadsheet", (b"PK\x03\x04",)),
    ".docx": (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (b"PK\x03\x04",),
    ),
    ".xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        (b"PK\x03\x04",),
    ),
    ".txt": ("text/plain", ()),
    ".csv": ("text/csv", ()),
}


class TooLarge(Refused):
    message = _("The file is larger than 20 MB. Send a smaller one.")
    code = "file_too_large"


class Empty(Refused):
    message = _("The file is empty. Choose another one.")
    code = "file_empty"


class KindRefused(Refused):
    message = _(
        "This kind of file is not accepted. Send a PDF, PNG, JPEG, text, CSV or office document."
    )
    code = "file_kind"


@transaction.atomic
def store(
    *,
    file: File,
    name: str | None = None,
    restricted: bool = False,
    by: Actor,
    at: datetime.datetime,
) -> Document:
    """Keep ``file`` as evidence; ``restricted`` when it is of something restricted.

    Raises TooLarge, Empty, KindRefused.
    """
    shown = PurePath((name or file.name or "").replace("\\", "/")).name
    if not file.size:
        raise Empty(fields={"document": Empty.message})
    if file.size > LARGEST:
        raise TooLarge(fields={"document": TooLarge.message})
    content_type = kind_of(shown, file)
    document = Document(
        name=shown[-200:],
        content_type=content_type,
        size=file.size,
        sha256=digest_of(file),
        uploaded_by_id=by.user_id,
        uploaded_at=at,
    )
    # The stored name says nothing that the original one said: it may hold a person's name.
    document.file.save(f"{document.sha256[:32]}{_ending(shown)}", file, save=False)
    document.save(force_insert=True)
    events.record(
        verb="document.stored",
        subject=document,
        by=by,
        at=at,
        data={"sha256": document.sha256, "size": document.size, "content_type": content_type},
        texts={"name": shown},
        restricted=restricted,
    )
    return document


def kind_of(name: str, file: File) -> str:
    """The content type of ``file``, by its ending and its first bytes. Raises KindRefused."""
    known = KINDS.get(_ending(name))
    if known is None:
        raise KindRefused(fields={"document": KindRefused.message})
    content_type, openings = known
    file.seek(0)
    head = file.read(SNIFFED)
    file.seek(0)
    fits = head.startswith(openings) if openings else b"\x00" not in head
    if not fits:
        raise KindRefused(fields={"document": KindRefused.message})
    return content_type


def digest_of(file: File) -> str:
    """SHA-256 of the content."""
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _ending(name: str) -> str:
    return PurePath(name).suffix.lower()
