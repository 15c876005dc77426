"""The ledger: sealing takes as long per event however many there are."""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator

from benchmarks.registry import figure

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
FEW, MANY = 500, 5_000


def written(count: int) -> None:
    """So many events, not yet sealed."""
    from django.db import transaction

    from ledger.rules.actors import Actor
    from ledger.services import events

    by = Actor.system("bench")
    with transaction.atomic():
        for number in range(count):
            events.record(
                verb="bench.written",
                subject=("bench.row", str(number)),
                by=by,
                at=AT,
                data={"number": number},
            )


def sealed() -> float:
    """Seconds to seal all that waits, the outside file included."""
    from ledger.services import seals

    began = time.perf_counter()
    if seals.seal(at=AT) is None:
        raise RuntimeError("nothing was sealed")
    return time.perf_counter() - began


@figure("sealing 5,000 events / sealing 500", target=12.0, unit="x", commits=True)
def sealing_is_linear() -> Iterator[float | None]:
    """Ten times the events, at most twelve times the time."""
    written(FEW)
    few = sealed()
    written(MANY)
    yield sealed() / few


@figure("sealing 5,000 events", target=2.0, unit="s", commits=True)
def sealing() -> Iterator[float | None]:
    """Seconds for one batch."""
    written(MANY)
    yield sealed()
