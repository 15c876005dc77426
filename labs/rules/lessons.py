"""What lessons are tagged by."""

from __future__ import annotations

# What a review finds at fault; reviews.models.Cause says the same, and a test holds them equal.
CAUSES = ("means", "goal", "coordination", "institution", "external_policy", "data")
