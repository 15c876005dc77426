"""Canonical bytes and keyed digests: the same content, the same bytes, everywhere."""

from __future__ import annotations

import datetime
import json
import uuid
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.rules import chain

KEY = b"k" * 32
texts = st.text(st.characters(blacklist_characters="\x00", blacklist_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def test_canonical_sorts_keys_and_keeps_letters():
    assert chain.canonical({"b": 1, "a": "Perak – ü"}) == '{"a":"Perak – ü","b":1}'.encode()


@given(st.dictionaries(texts, values, max_size=5))
def test_canonical_survives_a_database(content):
    """What a JSON column gives back has the same bytes as what was put in."""
    assert chain.canonical(json.loads(json.dumps(content))) == chain.canonical(content)


def test_numbers_and_dates_become_strings():
    kuala_lumpur = datetime.timezone(datetime.timedelta(hours=8))
    uid = uuid.UUID(int=7)
    assert chain.plain(
        {
            "value": Decimal("97.30"),
            "small": Decimal("1E-7"),
            "on": datetime.date(2019, 4, 15),
            "at": datetime.datetime(2019, 4, 15, 8, 0, tzinfo=kuala_lumpur),
            "uid": uid,
            "ids": (1, 2),
        }
    ) == {
        "value": "97.30",
        "small": "0.0000001",
        "on": "2019-04-15",
        "at": "2019-04-15T00:00:00.000000+00:00",
        "uid": str(uid),
        "ids": [1, 2],
    }


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (1.5, TypeError),
        ({"x": {1.5}}, TypeError),
        ("a\x00b", ValueError),
        (datetime.datetime(2019, 4, 15), ValueError),
    ],
)
def test_what_no_database_gives_back_the_same_is_refused(value, error):
    with pytest.raises(error):
        chain.plain(value)


def test_a_digest_depends_on_key_content_and_purpose():
    content = {"verb": "reading.recorded"}
    place = {"previous": chain.GENESIS, "number": 1, "row": 1, "uid": "u", "mac": "m"}
    digests = {
        chain.mac(KEY, content),
        chain.mac(b"other", content),
        chain.mac(KEY, {"verb": "reading.corrected"}),
        chain.mac(KEY, place),
        chain.link(KEY, **place),
    }
    assert len(digests) == 5


@pytest.mark.parametrize("field", ["previous", "number", "row", "uid", "mac"])
def test_a_link_ties_everything_about_its_place(field):
    place = {"previous": chain.GENESIS, "number": 1, "row": 1, "uid": "u", "mac": "m"}
    moved = place | {field: 2 if isinstance(place[field], int) else "x"}
    assert chain.link(KEY, **place) != chain.link(KEY, **moved)


def test_salt_tells_equal_texts_apart():
    assert chain.text_digest("s1", "no beds") != chain.text_digest("s2", "no beds")
