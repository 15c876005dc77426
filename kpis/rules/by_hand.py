"""What is shown of a series whose status somebody set by hand.

Public names::

    shown(worked_out, by_hand) -> str      the status word that pages show

A status by hand stands in for the one worked out, with one exception: missing data
is never "on track" (fact 10), whoever says so.
"""

from __future__ import annotations


def shown(worked_out: str, by_hand: str | None) -> str:
    """The word to show; ``by_hand`` is None where nobody set one."""
    if not by_hand or (worked_out == "missing" and by_hand == "on_track"):
        return worked_out
    return by_hand
