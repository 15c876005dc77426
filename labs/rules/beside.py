"""Two versions of a text side by side: which words went, which came."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

LONGEST = 2000  # words; beyond, the texts stand side by side unmarked
_WORDS = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; ``changed``: it is not in the other version."""

    text: str
    changed: bool = False


def beside(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """The pieces of both versions, in order; joined they are the texts again."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > LONGEST:
        return _whole(before), _whole(after)
    left: list[Piece] = []
    right: list[Piece] = []
    told = [[word.rstrip() for word in words] for words in (old, new)]
    found = SequenceMatcher(None, told[0], told[1], autojunk=False)
    for kind, i1, i2, j1, j2 in found.get_opcodes():
        changed = kind != "equal"
        _add(left, old[i1:i2], changed)
        _add(right, new[j1:j2], changed)
    return left, right


def _whole(text: str) -> list[Piece]:
    return [Piece(text)] if text else []


def _add(pieces: list[Piece], words: list[str], changed: bool) -> None:
    if words:
        pieces.append(Piece("".join(words), changed))
