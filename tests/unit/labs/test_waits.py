"""Circular waits: one is found exactly where there is one, and it is a circle."""

from __future__ import annotations

import datetime
import uuid

from hypothesis import given
from hypothesis import strategies as st

from labs.rules import waits
from labs.rules.waits import Request, Step

KEYS = [uuid.UUID(int=number) for number in range(1, 200)]
WORKS, LABOUR, TOURISM = 1, 2, 3


def graph_of(edges: list[tuple[int, int]]) -> waits.Graph:
    steps = {number: set() for edge in edges for number in edge}
    for before, after in edges:
        steps[before].add(after)
    return waits.graph(
        [Step(KEYS[n], waits_for=tuple(KEYS[m] for m in sorted(to))) for n, to in steps.items()],
        [],
    )


def has_circle(edges: list[tuple[int, int]]) -> bool:
    """By taking away, again and again, what waits for nothing."""
    left = set(edges)
    while True:
        waiting = {before for before, _ in left}
        kept = {(before, after) for before, after in left if after in waiting}
        if kept == left:
            return bool(left)
        left = kept


EDGES = st.lists(st.tuples(st.integers(0, 11), st.integers(0, 11)), max_size=24)


@given(EDGES)
def test_a_circle_is_found_exactly_where_there_is_one(edges):
    assert bool(waits.circles(graph_of(edges))) == has_circle(edges)


@given(EDGES)
def test_what_is_found_is_a_circle_and_cutting_any_edge_ends_it(edges):
    found = graph_of(edges)
    for circle in waits.circles(found):
        assert len(set(circle.nodes)) == len(circle.nodes)
        assert waits.holds(found, circle.nodes)
        for before, after in zip(circle.nodes, [*circle.nodes[1:], circle.nodes[0]], strict=True):
            cut = {node: dict(to) for node, to in found.items()}
            del cut[before][after]
            assert not waits.holds(cut, circle.nodes)


@given(EDGES, st.randoms())
def test_the_order_of_reading_does_not_matter(edges, chance):
    mixed = list(edges)
    chance.shuffle(mixed)
    assert waits.circles(graph_of(edges)) == waits.circles(graph_of(mixed))


def test_a_short_circle_is_preferred():
    (circle,) = waits.circles(graph_of([(1, 2), (2, 3), (3, 4), (4, 1), (3, 2)]))
    assert circle.steps == [KEYS[2], KEYS[3]]


def test_a_chain_of_many_thousand_steps_costs_no_frames():
    keys = [uuid.UUID(int=number + 1) for number in range(30_000)]
    steps = [Step(key, waits_for=(keys[n - 1],)) for n, key in enumerate(keys) if n]
    chain = waits.graph([Step(keys[0]), *steps], [])
    assert waits.circles(chain) == []
    ring = waits.graph([Step(keys[0], waits_for=(keys[-1],)), *steps], [])
    (circle,) = waits.circles(ring)
    assert len(circle.nodes) == len(keys)


def test_works_waits_for_labour_waits_for_tourism_waits_for_works():
    road, permit, hotel = KEYS[0], KEYS[1], KEYS[2]
    steps = [Step(road, WORKS), Step(permit, LABOUR), Step(hotel, TOURISM, waits_for=(road,))]
    asked = [
        Request(KEYS[10], road, LABOUR),
        Request(KEYS[11], permit, TOURISM, by_step=hotel),
    ]
    (circle,) = waits.circles(waits.graph(steps, asked))
    assert circle.nodes == (road, LABOUR, permit, hotel)
    assert circle.requests == (KEYS[10], None, KEYS[11], None)


def test_what_is_done_or_delivered_or_asked_at_home_is_not_waited_for():
    road, permit = KEYS[0], KEYS[1]
    steps = [Step(road, WORKS), Step(permit, LABOUR, waits_for=(road,))]
    asked = Request(KEYS[10], road, LABOUR)
    assert waits.circles(waits.graph(steps, [asked]))
    delivered = Request(KEYS[10], road, LABOUR, delivered=True)
    assert not waits.circles(waits.graph(steps, [delivered]))
    done = [Step(road, WORKS, done=True), steps[1]]
    assert not waits.circles(waits.graph(done, [asked]))
    planned_and_done = Request(KEYS[10], road, LABOUR, by_step=KEYS[2])
    assert not waits.circles(
        waits.graph([*steps, Step(KEYS[2], LABOUR, done=True)], [planned_and_done])
    )
    assert not waits.circles(waits.graph(steps[:1], [Request(KEYS[10], road, WORKS)]))


def test_a_circle_within_a_plan():
    def content(*pairs: tuple[int, int]):
        return {
            ("milestone", KEYS[a]): {"title": "Step", "depends_on": [str(KEYS[b])]}
            for a, b in pairs
        }

    assert waits.circle_within(content((1, 2), (2, 3))) is None
    assert waits.circle_within(content((1, 2), (2, 1), (3, 1))) == [KEYS[1], KEYS[2]]
    assert waits.circle_within(content((4, 4))) == [KEYS[4]]


def test_what_comes_first_must_not_end_later():
    def step(number: int, start: int, end: int | None) -> waits.Ordered:
        day = datetime.date(2019, 1, 1)
        return waits.Ordered(
            KEYS[number],
            day + datetime.timedelta(start),
            None if end is None else day + datetime.timedelta(end),
        )

    steps = {
        KEYS[n]: each for n, each in enumerate([step(0, 0, 9), step(1, 0, 5), step(2, 3, None)])
    }
    pairs = [(KEYS[0], KEYS[1]), (KEYS[1], KEYS[0]), (KEYS[2], KEYS[1]), (KEYS[0], KEYS[2])]
    assert waits.out_of_order(steps, pairs) == [(KEYS[1], KEYS[0]), (KEYS[2], KEYS[1])]
