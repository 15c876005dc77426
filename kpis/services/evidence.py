"""Files that show a value: added when it is entered or later, never deleted."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from kpis.models import Reading, ReadingDocument
from kpis.services.readings import checks
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Act, Document
from people.services import documents

MOST = 20


class EvidenceRefused(Refused):
    """A file that cannot be added or withdrawn like this."""

    code = "evidence"


class AlreadyWithdrawn(EvidenceRefused):
    code = "already_withdrawn"
    message = _("This file was withdrawn already.")


class TooMany(EvidenceRefused):
    code = "too_many_files"
    message = _("A value has at most 20 files. Put several into one document.")


@transaction.atomic
def add(
    *, reading: Reading, files: Iterable[File], by: Actor, at: datetime
) -> list[ReadingDocument]:
    """Keep files that show a value, of a locked period too: the value stays as it is.

    The same file again adds nothing. Raises TooMany, ProgrammeClosed and what
    people.services.documents.store raises.
    """
    checks.check_open(reading.series)
    added = []
    restricted = checks.is_restricted(reading.series)
    known = {row.document.sha256: row for row in _standing(reading)}
    for file in files:
        digest = documents.digest_of(file)
        if digest in known:
            continue
        if len(known) >= MOST:
            raise TooMany(fields={"documents": str(TooMany.message)})
        try:
            document = documents.store(file=file, restricted=restricted, by=by, at=at)
        except Refused as refused:  # the field of the form has another name here
            fields = {"documents": f"{file.name}: {refused}"}
            raise EvidenceRefused(str(refused), code=refused.code, fields=fields) from refused
        known[digest] = attach(reading=reading, document=document, by=by, at=at)
        added.append(known[digest])
    return added


@transaction.atomic
def attach(*, reading: Reading, document: Document, by: Actor, at: datetime) -> ReadingDocument:
    """Say that a stored document shows a value."""
    row = ReadingDocument.objects.create(
        reading=reading, document=document, at=at, **Act.fields_of(by)
    )
    _record(row, "reading.document_added", by, at, {"sha256": document.sha256}, {})
    return row


@transaction.atomic
def withdraw(*, row: ReadingDocument, reason: str, by: Actor, at: datetime) -> ReadingDocument:
    """Say that a file does not show the value after all. It stays on record and can be read.

    Raises EvidenceRefused without a reason, AlreadyWithdrawn, ProgrammeClosed.
    """
    checks.check_open(row.reading.series)
    reason = reason.strip()
    if not reason:
        message = _("Say why the file does not count.")
        raise EvidenceRefused(message, fields={"reason": str(message)})
    withdrawn = ReadingDocument.objects.filter(pk=row.pk, withdrawn_at=None).update(
        withdrawn_at=at, withdrawn_by_id=by.user_id, withdrawn_because=reason
    )
    if withdrawn != 1:
        raise AlreadyWithdrawn
    row.refresh_from_db()
    _record(row, "reading.document_withdrawn", by, at, {}, {"reason": reason})
    return row


def _standing(reading: Reading) -> Iterable[ReadingDocument]:
    return reading.documents.filter(withdrawn_at=None).select_related("document")


def _record(
    row: ReadingDocument,
    verb: str,
    by: Actor,
    at: datetime,
    data: dict[str, str],
    texts: dict[str, str],
) -> None:
    events.record(
        verb=verb,
        subject=row.reading,
        by=by,
        at=at,
        data={"document": row.document_id, "row": row.pk} | data,
        texts=texts,
        programme_id=checks.programme_of(row.reading.series).pk,
        restricted=checks.is_restricted(row.reading.series),
    )
