"""Actions that are overdue: first nagged about, then a ground to take a dispute up.

Public names::

    NAGS_BEFORE_A_GROUND: int
    DAYS_BETWEEN_NAGS: int
    CHAIR_HEARS_FROM: int
"""

from __future__ import annotations

# Nobody is taken to the next tier over something they were never reminded of.
NAGS_BEFORE_A_GROUND = 2
# Working days from one reminder to the next.
DAYS_BETWEEN_NAGS = 2
# From which reminder on the chair of the forum that decided it is told, too.
CHAIR_HEARS_FROM = 2
