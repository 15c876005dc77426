"""Words of a text as the search in lessons keeps and finds them.

Accents and case are folded, and each word is cut to its stem in each language in which
lessons are written (Snowball stemmers, https://snowballstem.org; that of Indonesian serves
Malay). A text keeps the folded word and all stems; a query word finds it by any of them or
as the beginning of a word. The same text gives the same words on every database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

LANGUAGES = ("english", "spanish", "portuguese", "indonesian")
TITLE, TAGS, TEXT = 3, 2, 1  # weights
LONGEST = 40  # letters of a word that are kept
MOST = 12  # words of a query that count
PREFIX = 3  # letters from which a word finds longer ones
READ = 1000  # letters of a query that are read
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Without accents and case: "Educación" and "EDUCACIÓN" give "educacion"."""
    bare = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(letter for letter in bare if not _is_mark(letter))


@lru_cache(maxsize=20_000)
def stems(word: str) -> tuple[str, ...]:
    """A word as written and its stems in all languages, folded, each once.

    The stemmers are made anew for each word: they keep state and are not to be shared
    between threads.
    """
    given = unicodedata.normalize("NFC", word).casefold()
    forms = {given, fold(given)}
    found = set(forms)
    for language in LANGUAGES:
        stemmer = snowballstemmer.stemmer(language)
        found.update(stemmer.stemWord(form) for form in forms)
    folded = {fold(each)[:LONGEST] for each in found}
    return tuple(sorted(each for each in folded if len(each) > 1))


def terms(*, title: str, tags: Iterable[str], text: str) -> dict[str, int]:
    """Every word and stem of a lesson with its weight: the greatest of where it stands."""
    found: dict[str, int] = {}
    for weight, part in ((TEXT, text), (TAGS, " ".join(tags)), (TITLE, title)):
        for word in _as_written(part):
            for each in stems(word):
                found[each] = max(weight, found.get(each, 0))
    return found


def asked(query: str) -> dict[str, tuple[str, ...]]:
    """Each word that counts -> the terms that find it, accents of the query heeded."""
    found: dict[str, tuple[str, ...]] = {}
    for word in _as_written(query[:READ]):
        folded = fold(word)[:LONGEST]
        if len(folded) > 1:
            found[folded] = tuple(sorted({*found.get(folded, ()), *stems(word)}))
    return dict(list(found.items())[:MOST])


def _as_written(text: str) -> list[str]:
    """The words of a text with their accents: stemmers know words by them."""
    composed = "".join(each for each in unicodedata.normalize("NFKC", text) if not _is_mark(each))
    return [word[:LONGEST] for word in _WORD.findall(composed) if len(word) > 1]


def _is_mark(letter: str) -> bool:
    """Accents and vowel signs that stand beside a letter, not within it."""
    return unicodedata.category(letter).startswith("M")
