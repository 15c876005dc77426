"""One sweep and its notices, in small batches. Often run at once."""

from benchmarks.ladders import AT
from reviews.services import advancing, telling

advancing.BATCH = telling.BATCH = 40
print("BEGAN", flush=True)
moved = advancing.advance(at=AT).moved
told = telling.tell(at=AT)
print(f"SWEPT {moved} {told}", flush=True)
