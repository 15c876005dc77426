"""Who acts: the one value every service takes as ``by=``.

An actor names ids only. The label is what the ledger shows and never holds a
person's name: a post's title, or the name of a sweep.
"""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Actor:
    """An act's author: user, the post they act in, and for whom if for another.

    ``user_id`` None means the system itself (a sweep, an import). ``principal_*``
    are set when the act was entered for someone else, with ``evidence_id`` the
    document that shows it (a signed minute).
    """

    user_id: int | None
    label: str
    post_id: int | None = None
    principal_id: int | None = None
    principal_post_id: int | None = None
    evidence_id: int | None = None

    @classmethod
    def system(cls, name: str) -> Actor:
        """The system acting under the name of one of its sweeps or commands."""
        return cls(user_id=None, label=f"system: {name}")

    def on_behalf_of(
        self, *, principal_id: int | None, principal_post_id: int | None, evidence_id: int | None
    ) -> Actor:
        """The same actor, entering an act that another took."""
        return replace(
            self,
            principal_id=principal_id,
            principal_post_id=principal_post_id,
            evidence_id=evidence_id,
        )

    @property
    def is_system(self) -> bool:
        return self.user_id is None
