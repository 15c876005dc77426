"""Where values come from. One row per name, so that a reading's source is exact.

Making sources, and nothing else: which of several counts is in ``source_ranks``.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from kpis.models import Source
from ledger.rules.errors import Refused

LONGEST = 500


class SourceRefused(Refused):
    """A source that cannot be named so."""

    code = "source"


def ensure(*, name: str) -> Source:
    """The source of this name, made if it is new. Raises SourceRefused."""
    return ensure_many(names=[name])[name.strip()]


def ensure_many(*, names: Iterable[str]) -> dict[str, Source]:
    """The sources by name, in three queries at most. Raises SourceRefused."""
    wanted = {checked(name) for name in names}
    found = {source.name: source for source in Source.objects.filter(name__in=wanted)}
    if missing := sorted(wanted - found.keys()):
        Source.objects.bulk_create((Source(name=name) for name in missing), ignore_conflicts=True)
        found |= {source.name: source for source in Source.objects.filter(name__in=missing)}
    return found


def checked(name: str) -> str:
    """A name that can be kept. Raises SourceRefused."""
    name = name.strip()
    if not name:
        message = _("Say where the value comes from: a register, a report, a page.")
        raise SourceRefused(message, fields={"source": str(message)})
    if len(name) > LONGEST or "\x00" in name:
        message = _("Name the source in 500 characters at most.")
        raise SourceRefused(message, fields={"source": str(message)})
    return name
