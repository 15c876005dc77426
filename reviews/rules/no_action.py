"""How often reviews opened by one rule end in no action: many mean a bad rule. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

AT_LEAST = 5  # reviews; fewer say nothing about a rule
SHARE = Fraction(1, 2)


@dataclass(frozen=True, slots=True)
class Count:
    """Closed reviews that a rule's deviations were in, and those that ended in no action."""

    reviews: int
    no_action: int

    @property
    def share(self) -> Fraction | None:
        """No action as a share of all; None where there is none."""
        return Fraction(self.no_action, self.reviews) if self.reviews else None

    @property
    def many(self) -> bool:
        """Whether that is more than half of at least five."""
        share = self.share
        return share is not None and self.reviews >= AT_LEAST and share > SHARE
