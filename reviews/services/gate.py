"""The gate every plan passes (fact 5), for the services that let plans through it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from labs.models import Revision
from ledger.rules.errors import Refused
from reviews.selectors import gate
from reviews.selectors.gate import Missing, missing

__all__ = ["Incomplete", "Missing", "missing", "require_complete"]


class Incomplete(Refused):
    """The plan misses something; ``gaps`` says what, each with its link."""

    message = gettext_lazy("The plan is not complete yet. Mend what is listed, then try again.")
    code = "plan_incomplete"

    def __init__(self, gaps: list[Missing]) -> None:
        super().__init__(" ".join([str(self.message), *(gap.text for gap in gate.unnamed(gaps))]))
        self.gaps = gaps


def require_complete(revision: Revision) -> None:
    """Raise Incomplete when anything but the forum's approval is missing.

    What only warns keeps nothing out.
    """
    gaps = [gap for gap in gate.missing(revision, approved=True) if gap.blocks]
    if gaps:
        raise Incomplete(gaps)
