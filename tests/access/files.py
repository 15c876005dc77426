"""What lies on the file of disputes, and a dispute that nobody has taken up yet."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from labs.models import ResultArea
from people.models import Organisation
from reviews.models import Dispute, Exhibit, TimeAsked
from reviews.services import exhibits, extensions
from tests.factories import disputes as make
from tests.factories.forums import AT


def exhibit(dispute: Dispute, text: str, **mine: Any) -> Exhibit:
    """A source that the first party puts on the file, with the file itself."""
    return exhibits.add(
        dispute=dispute,
        party=make.party(dispute),
        title=f"The {text}",
        dated=AT.date(),
        where=f"Register of {text}",
        file=SimpleUploadedFile("source.txt", f"All of the {text}".encode()),
        **mine,
    )


def time_asked(dispute: Dispute, text: str, **mine: Any) -> TimeAsked:
    """What the first party asks the chair for."""
    return extensions.ask(
        dispute=dispute, party=make.party(dispute), days=1, reason=f"To count {text}", **mine
    )


def fresh(area: ResultArea, parties: list[Organisation], **mine: Any) -> Dispute:
    """Opened by whoever acts, and nobody has said anything in it."""
    kpi = make.make_kpi(area, code="fresh-dispute", name="Calls answered")
    return make.open_dispute(area=area, kpi=kpi, parties=parties, title="Who calls", **mine)
