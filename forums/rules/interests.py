"""Who has an interest in a matter: posts, whole organisations, single users (fact 9).

Public names::

    Interests(posts, organisations, users)
    Interests.of_user(user_id, offices) -> str
    Interests.of_post(post_id, organisation_id, holders, offices) -> str

An interest is given as the reason a person reads: "Ministry of Works is a party".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

Office = tuple[int, int]  # post id, organisation id


@dataclass(frozen=True, slots=True)
class Interests:
    """Ids to reasons. Frozen on a motion, so that a later transfer changes nothing."""

    posts: Mapping[int, str] = field(default_factory=dict)
    organisations: Mapping[int, str] = field(default_factory=dict)
    users: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def from_json(cls, stored: Mapping[str, Mapping[str, str]]) -> Interests:
        """Back from a JSON column, where keys are strings."""

        def part(name: str) -> dict[int, str]:
            return {int(key): why for key, why in stored.get(name, {}).items()}

        return cls(part("posts"), part("organisations"), part("users"))

    def as_json(self) -> dict[str, dict[str, str]]:
        """For a JSON column; reasons no longer than a place can show."""
        return {
            "posts": {str(key): str(why)[:300] for key, why in self.posts.items()},
            "organisations": {str(key): str(why)[:300] for key, why in self.organisations.items()},
            "users": {str(key): str(why)[:300] for key, why in self.users.items()},
        }

    def of_office(self, post_id: int, organisation_id: int) -> str:
        """Why this post has an interest, or ""."""
        return self.posts.get(post_id) or self.organisations.get(organisation_id) or ""

    def of_user(self, user_id: int | None, offices: Iterable[Office]) -> str:
        """Why this person has one: by themselves or through any post they hold; or ""."""
        if user_id is not None and user_id in self.users:
            return self.users[user_id]
        return next((why for office in offices if (why := self.of_office(*office))), "")

    def of_post(
        self,
        post_id: int,
        organisation_id: int,
        holders: Iterable[int],
        offices: Mapping[int, Iterable[Office]],
    ) -> str:
        """Why a place stands aside: the post itself, or every one of its holders; or ""."""
        if why := self.of_office(post_id, organisation_id):
            return why
        reasons = [self.of_user(user_id, offices.get(user_id, ())) for user_id in holders]
        return reasons[0] if reasons and all(reasons) else ""
