"""A slow second reading of the control chart method, and series to try it on.

It works row by row in exact fractions and shares no code with kpis.rules.xmr; it
follows the description in words, in the same order.
"""

from fractions import Fraction

from hypothesis import strategies as st

NUMBERS = st.integers(-30, 30)
FLAT = st.integers(0, 2)
RAMPS = st.lists(
    st.tuples(st.integers(-6, 6), st.sampled_from([-1, 0, 1, 1]), st.integers(1, 9)),
    min_size=1,
    max_size=5,
).map(lambda legs: [start + step * i for start, step, length in legs for i in range(length)])


def with_blanks(rows):
    blanks = st.lists(st.sampled_from([False] * 7 + [True]), min_size=len(rows), max_size=len(rows))
    return blanks.map(lambda b: [None if gone else v for v, gone in zip(rows, b, strict=True)])


VALUES = st.one_of(st.lists(NUMBERS, max_size=40), st.lists(FLAT, max_size=40), RAMPS).flatmap(
    with_blanks
)


def slow_lines(rows):
    """Mean and average screened moving range of one group, exact; None where undefined."""
    present = [v for v in rows if v is not None]
    if not present:
        return None, None
    ranges = [
        abs(b - a) for a, b in zip(rows, rows[1:], strict=False) if a is not None and b is not None
    ]
    if ranges:
        average = Fraction(sum(ranges)) / len(ranges)
        ranges = [r for r in ranges if r < Fraction("3.267") * average]
    width = Fraction("2.66") * sum(ranges) / len(ranges) if ranges else None
    return Fraction(sum(present)) / len(present), width


def slow_runs(rows, holds, least):
    """Rows of every stretch of at least ``least`` rows over which ``holds`` is true."""
    marked = set()
    for start in range(len(rows)):
        for end in range(start + least, len(rows) + 1):
            if holds(rows[start:end]):
                marked |= set(range(start, end))
    return marked


def slow_away(rows):
    """Per row: outside the limits, beyond an inner line only, side of the mean; None: unknown."""
    mean, width = slow_lines(rows)
    away = [None if v is None or width is None else abs(v - mean) for v in rows]
    outside = [None if gap is None else gap > width for gap in away]
    close = [None if gap is None else width >= gap > width * 2 / 3 for gap in away]
    return outside, close, [None if v is None else (v > mean) - (v < mean) for v in rows]


def monotone(part):
    """Whether these rows strictly rise or strictly fall."""
    if None in part:
        return False
    pairs = list(zip(part, part[1:], strict=False))
    return all(a < b for a, b in pairs) or all(a > b for a, b in pairs)


def slow_two_in_three(close, side):
    marked = set()
    for i in range(len(close) - 2):
        three = range(i, i + 3)
        if {side[j] for j in three} in ({1}, {-1}) and sum(bool(close[j]) for j in three) >= 2:
            marked |= {j for j in three if close[j]}
    return marked


def slow_rises(rows, trend, i):
    """Whether a row in a trend rises: by the step onwards if the next row is in a trend too."""
    if i + 1 in trend and rows[i + 1] != rows[i]:
        return rows[i + 1] > rows[i]
    return rows[i] > rows[i - 1]


def slow_chart(rows):
    """(outside, close, side, trend, two in three, shift, cause) of each row of one group."""
    outside, close, side = slow_away(rows)
    trend = slow_runs(rows, monotone, 7)
    shift = slow_runs(side, lambda part: set(part) in ({1}, {-1}), 7)
    two = slow_two_in_three(close, side)

    def cause(i):
        above = "above" if side[i] == 1 else "below"
        if outside[i]:
            return f"outside_{above}"
        if i in trend:
            return "trend_rising" if slow_rises(rows, trend, i) else "trend_falling"
        if i in two:
            return f"two_in_three_{above}"
        return f"shift_{above}" if i in shift else "common_cause"

    return [
        (outside[i], close[i], side[i], i in trend, i in two, i in shift, cause(i))
        for i in range(len(rows))
    ]


def as_rows(got):
    return list(
        zip(
            got.outside,
            got.close,
            got.side,
            got.trend,
            got.two_in_three,
            got.shift,
            got.cause,
            strict=True,
        )
    )
