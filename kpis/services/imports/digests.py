"""The digest of rows of an import, worked out from the readings themselves.

The event of a slice names the first and last reading it wrote and the SHA-256 of their
contents, line by line in the order of their ids; whoever doubts the rows recomputes it here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from kpis.models import ImportBatch, Reading
from kpis.rules.values import to_text


def digest_of(readings: Iterable[Reading]) -> str:
    """SHA-256 over the readings of one slice, in the order of their ids."""
    return hashlib.sha256("\n".join(_line(reading) for reading in readings).encode()).hexdigest()


def of_slice(batch: ImportBatch, *, first: int, last: int) -> str:
    """The digest of the readings of a batch from one id to another, as an event names them."""
    rows = batch.readings.filter(pk__gte=first, pk__lte=last).order_by("pk")
    return digest_of(rows.iterator(chunk_size=5000))


def _line(reading: Reading) -> str:
    numbers = (reading.value, reading.high, reading.numerator, reading.denominator)
    value, high, above, below = ("" if one is None else to_text(one) for one in numbers)
    vintage = reading.vintage.isoformat() if reading.vintage else ""
    return "|".join(
        (
            *(str(reading.series_id), reading.period_start.isoformat()),
            *(reading.period_end.isoformat(), reading.comparator, value, high, above, below),
            *(reading.state, str(reading.source_id), vintage, reading.note),
        )
    )
