"""The graph of what came of what: walked back, nested, grouped and drawn."""

from __future__ import annotations

import datetime

from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import lineage
from reviews.rules.lineage import Graph, Node


def node(id: str, level: int = 0, kind: str = "kpi", day: int = 1) -> Node:
    return Node(id, kind, id.title(), level, day=datetime.date(2019, 1, day))


def graph(*edges: str, **levels: int) -> Graph:
    """``graph("lab>kpi", lab=0, kpi=1)``."""
    nodes = [node(id, level) for id, level in levels.items()]
    return Graph.of(nodes, [tuple(edge.split(">")) for edge in edges])


LOOP = graph(
    "lab>kpi",
    "kpi>deviation",
    "deviation>review",
    "review>decision",
    "decision>revision",
    "kpi>dispute",
    "dispute>decision",
    "lab>lesson",
    lab=0,
    kpi=1,
    deviation=2,
    review=3,
    dispute=3,
    decision=4,
    revision=5,
    lesson=5,
)


def ids(branch: lineage.Branch) -> list[str]:
    return [branch.node.id, *(each for below in branch.below for each in ids(below))]


def test_back_from_a_revision_leads_to_the_lab_and_to_nothing_else() -> None:
    found = LOOP.back_from("revision")
    assert set(found.nodes) == set(LOOP.nodes) - {"lesson"}
    assert set(LOOP.back_from("review").nodes) == {"review", "deviation", "kpi", "lab"}


def test_an_edge_to_what_is_not_shown_falls_away() -> None:
    found = lineage.without(LOOP, ["decision"])
    assert ("decision", "revision") not in found.edges
    assert "revision" in found.nodes


def test_nested_names_each_once_where_it_is_nearest() -> None:
    listed = ids(lineage.nested(LOOP, "lab"))
    assert sorted(listed) == sorted(LOOP.nodes)
    assert listed[0] == "lab"


def test_read_backwards_it_begins_with_the_thing_and_ends_with_the_lab() -> None:
    steps = lineage.steps_back(LOOP.back_from("revision"))
    named = [(step.id, [each.id for each in came_from]) for step, came_from in steps]
    assert named[0] == ("revision", ["decision"])
    assert named[1] == ("decision", ["dispute", "review"])
    assert named[-1] == ("lab", [])


def test_a_long_list_says_how_many_more_there_are() -> None:
    many = Graph.of(
        [node("lab"), *(node(f"k{n}", 1) for n in range(9))], [("lab", f"k{n}") for n in range(9)]
    )
    branch = lineage.nested(many, "lab", most=4)
    assert (len(branch.below), branch.more) == (4, 5)


def test_many_of_a_kind_become_one_with_their_number_but_the_one_asked_about_stays() -> None:
    nodes = [node("lab", kind="lab"), *(node(f"k{n}", 1) for n in range(9))]
    many = Graph.of(nodes, [("lab", f"k{n}") for n in range(9)])
    found = lineage.grouped(many, most=6, keep="k3")
    assert {each.id: each.count for each in found.nodes.values()} == {
        "lab": 1,
        "k3": 1,
        "group-1-kpi": 8,
    }
    assert found.edges == {("lab", "k3"), ("lab", "group-1-kpi")}


def test_levels_stand_from_left_to_right_and_boxes_never_overlap() -> None:
    drawn = lineage.picture(LOOP)
    at = {box.node.id: (box.x, box.y) for box in drawn.boxes}
    assert at["lab"][0] < at["kpi"][0] < at["deviation"][0] < at["revision"][0]
    assert len(set(at.values())) == len(at)
    assert all(
        box.x + drawn.box_width <= drawn.width and box.y + drawn.box_height <= drawn.height
        for box in drawn.boxes
    )


def test_a_long_title_is_cut_and_says_so() -> None:
    long = Graph.of([Node("a", "kpi", "a very long name " * 9, 0)], [])
    (box,) = lineage.picture(long).boxes
    assert len(box.lines) == lineage.LINES
    assert box.lines[-1][1].endswith("…")
    assert all(len(line) <= lineage.LINE_LENGTH for _y, line in box.lines)


@given(
    st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=60),
)
def test_any_graph_can_be_read_even_with_circles(pairs) -> None:
    nodes = [node(str(n), n % 5) for n in range(13)]
    some = Graph.of(nodes, [(str(a), str(b)) for a, b in pairs])
    listed = ids(lineage.nested(some, "0"))
    assert len(listed) == len(set(listed))
    drawn = lineage.picture(lineage.grouped(some, most=2))
    assert len({(box.x, box.y) for box in drawn.boxes}) == len(drawn.boxes)
