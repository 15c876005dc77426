"""Problem statements of a lab: every version, and two of them side by side."""

from __future__ import annotations

from dataclasses import dataclass

from labs.models import Lab, ProblemStatement
from labs.rules.beside import Piece, beside


@dataclass(frozen=True)
class Compared:
    """Two versions with what went and what came, of the text and of its causes."""

    before: ProblemStatement
    after: ProblemStatement
    text: tuple[list[Piece], list[Piece]]
    causes: tuple[list[Piece], list[Piece]]


def versions(lab: Lab) -> list[ProblemStatement]:
    """Every version, newest first, with who wrote it."""
    return list(
        lab.problem_statements.select_related(
            "by_user", "by_post__organisation", "principal", "principal_post__organisation"
        ).order_by("-version")
    )


def newest(lab: Lab) -> ProblemStatement | None:
    """What the problem is understood to be now."""
    return lab.problem_statements.select_related("by_user").order_by("-version").first()


def compared(before: ProblemStatement, after: ProblemStatement) -> Compared:
    """Two versions side by side."""
    return Compared(
        before=before,
        after=after,
        text=beside(before.text, after.text),
        causes=beside(before.causes, after.causes),
    )
