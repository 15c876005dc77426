"""What is not asked again on PostgreSQL is named by hand: each name still means something."""

from __future__ import annotations

from fnmatch import fnmatch
from pathlib import Path

from scripts import test as legs

TESTS = Path(__file__).resolve().parents[1]
FILES = [file.relative_to(TESTS).as_posix() for file in TESTS.rglob("test_*.py")]


def test_whatever_is_left_out_is_there() -> None:
    for names in legs.NOT_AGAIN.values():
        for name in names:
            file, _, inside = name.partition("::")
            found = [each for each in FILES if fnmatch(f"/{each}", f"*/{file}")]
            assert found, f"{name}: no such file"
            if inside:
                (only,) = found
                assert f"class {inside}:" in (TESTS / only).read_text(), f"{name}: no such class"


def test_pages_are_asked_once_more_as_whoever_sees_most() -> None:
    file, _, name = legs.EVERY_PAGE.partition("::")
    assert name.split("[")[0] in (TESTS.parent / file).read_text()
