"""What a template sets for its programme, and what it puts in the registers."""

from __future__ import annotations

from starters.services.making import Making


def make_settings(making: Making) -> None:
    """Settings, limits and ceilings of the programme."""


def make(making: Making) -> None:
    """Obstacles, recommendations, funding, windows, bargains and acts."""
