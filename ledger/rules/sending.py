"""How long a sender may take, how often it tries, and how long it pauses in between."""

from __future__ import annotations

from datetime import timedelta

# Longer than a server may keep a sender waiting (EMAIL_TIMEOUT for each step of a dialogue).
CLAIM = timedelta(minutes=5)
REPEATS = 1  # a message whose outcome is in doubt is sent again this often
ATTEMPTS = 12
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(hours=6)


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: 1 minute, then twice as long each time, to 6 hours.

    Twelve attempts take about a day. Raises ValueError below 1.
    """
    if attempts < 1:
        raise ValueError("there is no pause before the first attempt")
    return min(_FIRST * 2 ** (min(attempts, 20) - 1), _LONGEST)
