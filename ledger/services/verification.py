"""Verification: walk the ledger from its first line and name the first bad place.

Reads only. What it trusts is the key, which is not in the database, and the file of
seals outside it. A seal is compared with the file before its events are walked, so
that a ledger hashed anew is found even if it was done with the key.

Work goes on meanwhile, and no transaction holds it up. So the rows of the seals are
read before the file, and what was added since is left to the next verification.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from ledger import content
from ledger.models import Event, EventText, Seal
from ledger.rules import chain
from ledger.services import seal_file, texts

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """``head`` is the digest of the last seal. ``pending`` is the number of a seal
    whose line is not in the outside file yet, as after a crash; the next run writes it.
    """

    intact: bool
    head: str
    events: int
    first_bad: str | None = None
    sealed: int = 0
    pending: int | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a verification came: the last event and seal that were found to be right."""

    number: int = 0
    link: str = chain.GENESIS
    seal_number: int = 0
    digest: str = chain.GENESIS


class Bad(Exception):
    """The first bad place, in words."""


def verify() -> Verdict:
    """Check every event, text, link, seal and line. The whole ledger, in chunks of rows."""
    walk = _Walk()
    try:
        walk.everything()
    except Bad as bad:
        return Verdict(
            intact=False,
            head=walk.digest,
            events=Event.objects.count(),
            first_bad=str(bad),
            sealed=walk.number,
        )
    return Verdict(
        intact=True,
        head=walk.digest,
        events=Event.objects.count(),
        sealed=walk.number,
        pending=walk.pending,
    )


def verify_since(mark: Mark) -> tuple[Verdict, Mark]:
    """Check only what was sealed since ``mark``, and how far that came.

    For whoever looks often; what lies before the mark only ``verify`` looks at again.
    """
    walk = _Walk(mark)
    try:
        walk.everything()
    except Bad as bad:
        verdict = Verdict(intact=False, head=walk.digest, events=walk.number, first_bad=str(bad))
        return verdict, mark
    verdict = Verdict(
        intact=True,
        head=walk.digest,
        events=walk.number,
        sealed=walk.number,
        pending=walk.pending,
    )
    return verdict, Mark(walk.number, walk.link, walk.seal_number, walk.digest)


class _Walk:
    """How far the walk has come: last number and link, last seal and its digest."""

    def __init__(self, mark: Mark = Mark()) -> None:
        self.number = mark.number
        self.link = mark.link
        self.seal_number = self.since = mark.seal_number
        self.digest = mark.digest
        self.pending: int | None = None
        self.erased = _erasures()

    def everything(self) -> None:
        seals = list(Seal.objects.filter(number__gt=self.since).order_by("number"))
        outside = {number: line for number, line in _outside(seals).items() if number > self.since}
        for row in seals:
            self._seal(row, outside, is_last=row is seals[-1])
        self._nothing_beyond()
        self._nothing_cut(seals, outside)
        for event in _in_chunks(number__isnull=True):
            self._content(event, f"event with id {event.pk}, not sealed yet,")

    def _nothing_beyond(self) -> None:
        numbered = Event.objects.filter(number__gt=self.number).order_by("number")
        number = numbered.values_list("number", flat=True).first()
        if number and not Seal.objects.filter(first__lte=number, last__gte=number).exists():
            raise Bad(f"event {number} is numbered but in no seal")

    def _nothing_cut(self, seals: list[Seal], outside: dict[int, seal_file.Line]) -> None:
        for number in sorted(set(outside) - {row.number for row in seals}):
            if not Seal.objects.filter(number=number, digest=outside[number].digest).exists():
                line = outside[number]
                raise Bad(
                    f"events {line.first} to {line.last} are cut off: seal {number} "
                    "is in the outside file and not in the database"
                )

    def _seal(self, row: Seal, outside: dict[int, seal_file.Line], *, is_last: bool) -> None:
        name = f"seal {row.number} (events {row.first} to {row.last})"
        if row.number != self.seal_number + 1:
            raise Bad(f"seal {self.seal_number + 1} is missing from the database")
        line = outside.get(row.number)
        if line is None and not is_last:
            raise Bad(f"{name} is missing from the outside file {seal_file.path()}")
        if line is None:
            self.pending = row.number
        elif line != seal_file.line_of(row):
            raise Bad(f"{name} differs from the outside file {seal_file.path()}")
        if row.first != self.number + 1:
            raise Bad(f"{name} does not begin at event {self.number + 1}")
        self._events(row)
        if not chain.same(row.digest, self._digest(row)):
            raise Bad(f"{name} has a digest that does not fit its events")
        self.seal_number, self.digest = row.number, row.digest

    def _events(self, row: Seal) -> None:
        for event in _in_chunks(number__gte=row.first, number__lte=row.last):
            self._in_place(event)
        if self.number != row.last:
            raise Bad(f"event {self.number + 1} is missing")

    def _in_place(self, event: Event) -> None:
        expected = self.number + 1
        if event.number != expected:
            raise Bad(f"event {expected} is missing")
        self._content(event, f"event {expected}")
        link = chain.link(
            content.key(),
            previous=self.link,
            number=expected,
            row=event.pk,
            uid=str(event.uid),
            mac=event.mac,
        )
        if not chain.same(event.link, link):
            raise Bad(
                f"event {expected} is not in its place: inserted, moved or put in another row"
            )
        self.number, self.link = expected, link

    def _content(self, event: Event, name: str) -> None:
        if not chain.same(event.mac, content.mac_of(event)):
            raise Bad(f"{name} was edited or not written by this installation")
        digests = event.data.get(chain.TEXTS, {})
        kept = {text.field: text for text in event.texts.all()}
        for field in sorted(digests.keys() | kept.keys()):
            if field not in kept:
                raise Bad(f'text "{field}" of {name} was removed')
            if not self._text_holds(event, kept[field], digests.get(field, "")):
                raise Bad(f'text "{field}" of {name} was edited')

    def _text_holds(self, event: Event, kept: EventText, digest: str) -> bool:
        if kept.erased_at is not None:
            return not kept.text and self._was_erased(str(event.uid), kept.field)
        return chain.same(digest, chain.text_digest(kept.salt, kept.text))

    def _was_erased(self, uid: str, field: str) -> bool:
        if (uid, field) not in self.erased:
            self.erased = _erasures()  # perhaps erased since the walk began
        return (uid, field) in self.erased

    def _digest(self, row: Seal) -> str:
        return chain.seal(
            content.key(),
            previous=self.digest,
            number=row.number,
            first=row.first,
            last=row.last,
            count=row.count,
            head=self.link,
            sealed_at=row.sealed_at,
        )


def _outside(seals: list[Seal]) -> dict[int, seal_file.Line]:
    """The file's lines by seal number. A line written twice is fine, two that differ are not."""
    contents = seal_file.read()
    if contents is None:
        if seals:
            raise Bad(f"the outside file {seal_file.path()} is missing")
        return {}
    if contents.unreadable is not None:
        raise Bad(f"line {contents.unreadable} of the outside file {seal_file.path()} is damaged")
    found: dict[int, seal_file.Line] = {}
    for line in contents.lines:
        first = found.setdefault(line.number, line)
        if first != line:
            raise Bad(
                f"seal {line.number} (events {first.first} to {first.last}) was sealed anew: "
                f"the outside file {seal_file.path()} holds it twice"
            )
    return found


def _erasures() -> set[tuple[str, str]]:
    """Which texts the ledger itself says were erased."""
    told = Event.objects.filter(verb=texts.ERASED).values_list("data", flat=True)
    return {(data.get("event", ""), data.get("field", "")) for data in told}


def _in_chunks(**filters: object) -> Iterator[Event]:
    """Events by number, then id, with their texts, a chunk of rows in memory at a time."""
    after_number, after_id = -1, 0
    while True:
        events = Event.objects.filter(**filters).order_by("number", "pk")
        if filters.get("number__isnull"):
            chunk = list(events.filter(pk__gt=after_id)[:CHUNK])
        else:
            chunk = list(events.filter(number__gt=after_number)[:CHUNK])
        prefetch_related_objects(chunk, "texts")
        yield from chunk
        if len(chunk) < CHUNK:
            return
        after_number, after_id = chunk[-1].number or -1, chunk[-1].pk
