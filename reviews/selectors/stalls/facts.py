"""The numbered facts of docs/architecture.md, each place where one does not hold."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from reviews.selectors import facts
from reviews.selectors.stalls.found import Finding, Looked

MOST = 200  # more than anybody reads; the rest is found once these are mended


def broken(at: datetime) -> Looked:
    """Every fact is asked; what does not hold names rows by number only."""
    wrong = facts.broken(at)
    found = [
        Finding(
            f"fact{each.fact}:{each.key}"[:80],
            _("Fact %(number)d: %(key)s") % {"number": each.fact, "key": each.key},
            detail={"said": each.detail},
        )
        for each in wrong[:MOST]
    ]
    return Looked(len(facts.CHECKS), found)
