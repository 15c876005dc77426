"""A day as people read it, wherever a sentence is written: pages, notices, refusals.

Stands at the root of the app so that services and selectors, which know no template tag,
write days as the pages do.
"""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import pgettext


def of(value: date | datetime) -> date:
    """The calendar day of ``value``, in the current time zone for an aware moment."""
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


def in_words(value: date | datetime) -> str:
    """A date in words: 3 March 2019, 3 de marzo de 2019."""
    return date_format(of(value), pgettext("date format of a day", "j F Y"))
