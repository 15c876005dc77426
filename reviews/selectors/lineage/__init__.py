"""What came of a lab, and where anything came from."""

from reviews.selectors.lineage.pages import Lineage, back, of_lab

__all__ = ["Lineage", "back", "of_lab"]
