"""What a trajectory asks of each period."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from kpis.rules import paths
from kpis.rules.paths import OWN, PATH, Path, Point


def single(ordinal: int, value: str) -> Point:
    return Point(ordinal, Decimal(value), Decimal(value))


def values(path: Path, first: int, last: int) -> list[Fraction | None]:
    return [asked.low if asked else None for _, asked in path.between(first, last)]


def test_points_ask_in_their_own_periods_only() -> None:
    path = Path("points", Decimal(0), 0, [single(2, "10"), single(4, "20")])
    assert values(path, 0, 6) == [None, None, 10, None, 20, None, None]


def test_steps_ask_each_target_until_the_next() -> None:
    path = Path("steps", Decimal(0), 0, [single(4, "20"), single(2, "10")])
    assert values(path, 0, 6) == [None, None, 10, 10, 20, 20, 20]


def test_linear_runs_evenly_from_the_baseline_through_each_target() -> None:
    path = Path("linear", Decimal(100), 0, [single(4, "80"), single(6, "50")])
    assert values(path, -1, 8) == [None, None, 95, 90, 85, 80, 65, 50, 50, 50]


def test_linear_thirds_are_exact() -> None:
    asked = Path("linear", Decimal(0), 10, [single(13, "1")]).asked(11)
    assert asked is not None
    assert asked.low == Fraction(1, 3)
    assert asked.kind == PATH
    assert asked.arithmetic() == {
        "asked": "0.3333333333",
        "from": "0",
        "to": "1",
        "done": "1",
        "steps": "3",
    }


@pytest.mark.parametrize("baseline_ordinal", [None, 2, 5])
def test_linear_without_a_baseline_before_the_first_target_starts_there(
    baseline_ordinal: int | None,
) -> None:
    baseline = None if baseline_ordinal is None else Decimal(0)
    path = Path("linear", baseline, baseline_ordinal, [single(2, "10"), single(4, "20")])
    assert values(path, 1, 4) == [None, 10, 15, 20]


def test_a_range_has_each_edge_on_its_own_line() -> None:
    path = Path("linear", Decimal(0), 0, [Point(4, Decimal(20), Decimal(40))])
    asked = path.asked(1)
    assert asked is not None
    assert asked.low == 5
    assert asked.high == 10
    assert asked.arithmetic()["to_high"] == "40"


def test_its_own_target_is_told_from_the_path() -> None:
    path = Path("steps", None, None, [single(2, "10")])
    assert [asked.kind for _, asked in path.between(2, 3) if asked] == [OWN, PATH]


def test_a_path_without_targets_asks_nothing() -> None:
    assert Path("linear", Decimal(3), 0).asked(1) is None


def test_many_series_at_once_agree_with_each_alone() -> None:
    rng = random.Random(7)
    chosen = [some_path(rng) for _ in range(200)]
    places = [(s, rng.randint(-3, 25)) for s in range(len(chosen)) for _ in range(12)]
    rng.shuffle(places)
    low, high, kind = flat(chosen, places)
    for i, (s, ordinal) in enumerate(places):
        asked = chosen[s].asked(ordinal)
        if asked is None:
            assert kind[i] == 0
            assert np.isnan(low[i])
            assert np.isnan(high[i])
        else:
            assert kind[i] == asked.kind
            assert low[i] == pytest.approx(float(asked.low), abs=1e-12)
            assert high[i] == pytest.approx(float(asked.high), abs=1e-12)


def test_no_places_and_no_points_are_fine() -> None:
    assert flat([Path()], [(0, 3)])[2].tolist() == [0]
    assert len(flat([Path("steps", None, None, [single(1, "2")])], [])[0]) == 0


def some_path(rng: random.Random) -> Path:
    points = []
    for ordinal in rng.sample(range(20), rng.randint(0, 4)):
        low = Decimal(rng.randint(-50, 50))
        points.append(Point(ordinal, low, low + rng.choice([0, 0, 7])))
    based = rng.random() < 0.6
    return Path(
        rng.choice(paths.METHODS),
        Decimal(rng.randint(-50, 50)) if based else None,
        rng.randint(-2, 12) if based else None,
        points,
    )


def flat(chosen: list[Path], places: list[tuple[int, int]]):  # type: ignore[no-untyped-def]
    points = [point for path in chosen for point in path.points]
    return paths.asked_flat(
        np.array([paths.METHODS.index(path.method) for path in chosen]),
        np.array([np.nan if p.baseline is None else float(p.baseline) for p in chosen]),
        np.array([p.baseline_ordinal or 0 for p in chosen], dtype=np.int64),
        np.cumsum([0, *(len(path.points) for path in chosen)]),
        np.array([point.ordinal for point in points], dtype=np.int64),
        np.array([float(point.low) for point in points]),
        np.array([float(point.high) for point in points]),
        np.array([s for s, _ in places], dtype=np.int64),
        np.array([ordinal for _, ordinal in places], dtype=np.int64),
    )
