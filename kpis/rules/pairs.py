"""A headline KPI and the KPI that guards its quality.

Public names::

    conflict(headline, quality) -> bool

Both are status words (kpis.rules.status) of the same period.
"""

from __future__ import annotations


def conflict(headline: str, quality: str) -> bool:
    """Whether the headline is on track while its quality is off: more, but worse."""
    return headline == "on_track" and quality == "off_track"
