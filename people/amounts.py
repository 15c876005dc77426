"""An amount of money as people read it, wherever a sentence is written."""

from __future__ import annotations

from decimal import Decimal

from django.utils.formats import number_format

from people.rules.units import SPACE


def in_words(amount: Decimal, currency: str) -> str:
    """The currency code in front, the number grouped: MYR 1,200,000."""
    text = format(amount.normalize(), "f")
    return f"{currency}{SPACE}{number_format(text, use_l10n=True, force_grouping=True)}"
