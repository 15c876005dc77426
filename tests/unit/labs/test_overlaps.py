"""Which instruments overlap: two active ones for one group, of different owners, not linked."""

from __future__ import annotations

import datetime
import uuid

from hypothesis import given
from hypothesis import strategies as st

from labs.rules.overlaps import Instrument, ordered, overlapping

ON = datetime.date(2019, 4, 17)
KEYS = [uuid.UUID(int=number) for number in range(1, 20)]
DAY = datetime.timedelta(days=1)

ROWS = st.lists(
    st.tuples(
        st.none() | st.integers(1, 3),
        st.none() | st.sampled_from(["small", "large"]),
        st.booleans(),
    ),
    max_size=8,
)


def instruments(rows):
    return [
        Instrument(KEYS[n], owner, group, ON - DAY if expired else None)
        for n, (owner, group, expired) in enumerate(rows)
    ]


@given(ROWS)
def test_each_pair_once_and_only_of_different_owners_with_one_group(rows):
    found = overlapping(instruments(rows), set(), ON)
    expected = {
        ordered(KEYS[a], KEYS[b])
        for a in range(len(rows))
        for b in range(a)
        if rows[a][0] and rows[b][0] and rows[a][0] != rows[b][0]
        if rows[a][1] and rows[a][1] == rows[b][1]
        if not rows[a][2] and not rows[b][2]
    }
    assert len(found) == len(set(found))
    assert set(found) == expected


def test_what_is_linked_expired_or_wound_down_overlaps_with_nothing():
    one, other = Instrument(KEYS[0], 1, "small"), Instrument(KEYS[1], 2, "small")
    assert overlapping([one, other], set(), ON) == [(KEYS[0], KEYS[1])]
    assert overlapping([other, one], set(), ON) == [(KEYS[0], KEYS[1])]
    same_owner = Instrument(KEYS[1], 1, "small")
    assert overlapping([one, same_owner], set(), ON) == []
    assert overlapping([one, other], {(KEYS[0], KEYS[1])}, ON) == []
    last_day = Instrument(KEYS[1], 2, "small", expires_on=ON)
    assert overlapping([one, last_day], set(), ON) != []
    stopped = Instrument(KEYS[1], 2, "small", wind_down_until=ON + DAY)
    assert overlapping([one, stopped], set(), ON) == []
