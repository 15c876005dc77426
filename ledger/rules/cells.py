"""Cells of files that people open in a spreadsheet.

Public names::

    safe(text) -> str      the text, with an apostrophe before what would be calculated
"""

from __future__ import annotations

CALCULATED = ("=", "+", "-", "@", "\t", "\r")


def safe(text: str) -> str:
    """The text; one that a spreadsheet would take for a formula begins with an apostrophe."""
    return f"'{text}" if text.startswith(CALCULATED) else text
