"""Why a value of a plan or a target is as it is."""

from reviews.selectors.why.asked import Asked, asked_for, origins
from reviews.selectors.why.chain import Why, of_part, of_target

__all__ = ["Asked", "Why", "asked_for", "of_part", "of_target", "origins"]
