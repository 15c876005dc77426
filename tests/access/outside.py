"""What reviews of the world ask of others, and panels that look at it from outside."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from kpis.models import Kpi
from people.models import Organisation, Post, User
from reviews.models import Review
from reviews.services import explanations, panels, referrals
from tests.factories.forums import person_in
from tests.factories.people import actor
from tests.factories.reviews import AT, Place

SOON = datetime.date(2019, 5, 15)
PDF = b"%PDF-1.7 letter"


def asked(
    review: Review, owner: Post, organisation: Organisation, *, of: str = "", word: str = ""
) -> dict[str, Any]:
    """An explanation with a file, and what it asks. What is asked names nothing restricted."""
    explanation = explanations.explain(
        review=review,
        cause="external_policy",
        text=f"It lies with others {word}",
        sources=[
            explanations.Source(
                f"Letter {word}", SOON, file=SimpleUploadedFile(f"letter{word}.pdf", PDF)
            )
        ],
        request=referrals.Request(
            kind="policy", organisation=organisation, text="Open the register.", due_on=SOON
        ),
        by=actor(person_in(owner), owner),
        at=AT,
    )
    return {
        f"{of}explanation source": explanation.sources.get(),
        f"{of}referral": explanation.referrals.get(),
    }


def looked_at(place: Place, kpi: Kpi, member: User) -> dict[str, Any]:
    """A panel at work and one that has reported, both with the same member."""
    found: dict[str, Any] = {}
    for of in ("", "reported "):
        panel = panels.convene(
            programme=place.programme,
            name=f"The {of}panel",
            starts_on=datetime.date(2018, 1, 1),
            ends_on=datetime.date(2018, 12, 31),
            by=actor(place.unit),
            at=AT,
        )
        seat = panels.seat(
            panel=panel,
            user=member,
            organisation="A university",
            by=actor(place.unit),
            at=AT,
        )
        score = {"validated": Decimal(8), "reason": "Counted anew"}
        panels.score(panel=panel, kpi=kpi, **score, by=actor(member), at=AT)
        found |= {f"{of}panel": panel, f"{of}panel seat": seat}
    file = SimpleUploadedFile("report.pdf", PDF)
    found["reported panel"] = panels.report(
        panel=found["reported panel"], text="As found.", file=file, by=actor(member), at=AT
    )
    return found
