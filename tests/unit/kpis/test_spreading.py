"""What is asked of many points at once is what their paths ask one by one."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kpis.rules import paths
from kpis.rules.spreading import Given, spread

ordinals = st.integers(0, 30)
numbers = st.integers(-50, 50).map(float)
targets = st.dictionaries(ordinals, st.tuples(numbers, st.none() | numbers), max_size=4)
series = st.tuples(
    st.sampled_from(paths.METHODS),
    st.none() | st.tuples(numbers, st.integers(-5, 30)),
    targets,
    st.sets(ordinals, max_size=12),
)


def asked_of(every, *, ranges):
    """The arrays for these series."""
    rows = [
        (s, when, low, low + 5 if ranges else low, base)
        for s, (_method, _base, points, _periods) in enumerate(every)
        for when, (low, base) in sorted(points.items())
    ]
    columns = [np.array(column, np.float64) for column in zip(*rows, strict=True)] or [
        np.zeros(0)
    ] * 5
    owner, when, low, high, baseline = columns
    bases = [base for _method, base, _points, _periods in every]
    given_all = Given(
        low=low,
        high=high,
        baseline=baseline,
        owner=owner.astype(np.int64),
        when=when.astype(np.int64),
        method=np.array([paths.METHODS.index(m) for m, _b, _t, _p in every], np.int8),
        base=np.array([np.nan if b is None else b[0] for b in bases]),
        base_when=np.array([0 if b is None else b[1] for b in bases], np.int64),
    )
    sizes = [len(periods) for _m, _b, _t, periods in every]
    of = np.repeat(np.arange(len(every)), sizes).astype(np.int64)
    ordinal = np.array([o for _m, _b, _t, periods in every for o in sorted(periods)], np.int64)
    return spread(given_all, np.append(0, np.cumsum(sizes)).astype(np.int64), of, ordinal), rows


@given(st.lists(series, min_size=1, max_size=5), st.booleans())
def test_every_point_is_asked_what_its_path_asks(every, ranges):
    found, rows = asked_of(every, ranges=ranges)
    i = 0
    for s, (method, base, points, periods) in enumerate(every):
        mine = [row for row in rows if row[0] == s]
        path = paths.Path(
            method,
            None if base is None else base[0],
            None if base is None else base[1],
            [paths.Point(when, low, high) for _s, when, low, high, _b in mine],
        )
        for ordinal in sorted(periods):
            asked = path.asked(ordinal)
            coming = next((row for row in mine if row[1] > ordinal), None)
            if asked is None:
                assert np.isnan(found.low[i])
                assert np.isnan(found.high[i])
                assert (found.kind[i], found.governing[i]) == (paths.NONE, -1)
                towards = coming
            else:
                assert abs(found.low[i] - float(asked.low)) < 1e-9
                assert abs(found.high[i] - float(asked.high)) < 1e-9
                assert found.kind[i] == asked.kind
                towards = rows[found.governing[i]]
                assert towards[:2] == (s, asked.end.ordinal)
            start = None if towards is None else points[towards[1]][1]
            if start is None and towards is not None and base is not None:
                start = base[0]
            assert (start is None) == bool(np.isnan(found.baseline[i]))
            assert start is None or found.baseline[i] == start
            assert (coming is None) == bool(np.isnan(found.next_low[i]))
            assert coming is None or (found.next_low[i], found.next_when[i]) == (
                coming[2],
                coming[1],
            )
            i += 1
