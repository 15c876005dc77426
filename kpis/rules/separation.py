"""Two acts, two people: who may not check what (fact 9).

Public names::

    Hands(user_id, post_id, principal_id, principal_post_id)
    same_hand(entered: Hands, checking: Hands) -> bool
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hands:
    """Everyone an act goes back to: who did it, in which post, and for whom."""

    user_id: int | None = None
    post_id: int | None = None
    principal_id: int | None = None
    principal_post_id: int | None = None

    @property
    def users(self) -> frozenset[int]:
        return frozenset({self.user_id, self.principal_id} - {None})  # type: ignore[arg-type]

    @property
    def posts(self) -> frozenset[int]:
        return frozenset({self.post_id, self.principal_post_id} - {None})  # type: ignore[arg-type]


def same_hand(entered: Hands, checking: Hands) -> bool:
    """Whether some user or post stands behind both acts."""
    return bool(entered.users & checking.users or entered.posts & checking.posts)
