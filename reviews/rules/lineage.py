"""What came of what, as a graph that people can read: walked back, nested, grouped, drawn.

Public names::

    Node, Graph, Branch, Box, Picture
    Graph.back_from(id) -> Graph        a node and all it came from
    grouped(graph, most) -> Graph       many of one kind become one node with their number
    nested(graph, root) -> Branch       a list in a list, each node once
    steps_back(graph) -> list           each node with what it came from, the newest level first
    picture(graph) -> Picture           boxes and lines, levels from left to right
"""

from __future__ import annotations

import datetime
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WIDTH, HEIGHT = 148, 80  # of a box
ACROSS, DOWN, EDGE = 20, 14, 4  # space between columns, between boxes, around all
LINE_LENGTH, LINES = 19, 3


@dataclass(frozen=True)
class Node:
    """One thing in the lineage. ``level``: its column, from left; ``count``: a group's number;
    ``word``: what its kind is called."""

    id: str
    kind: str
    title: str
    level: int
    url: str = ""
    day: datetime.date | None = None
    note: str = ""
    count: int = 1
    word: str = ""

    @property
    def order(self) -> tuple[int, datetime.date, str]:
        """Where it stands among others: by level, then by day."""
        return self.level, self.day or datetime.date.min, self.id


@dataclass(frozen=True)
class Graph:
    """Nodes by id, and which came of which."""

    nodes: Mapping[str, Node]
    edges: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, nodes: Iterable[Node], edges: Iterable[tuple[str, str]]) -> Graph:
        """A graph of these; edges to or from what is not among the nodes fall away."""
        known = {node.id: node for node in nodes}
        return cls(
            known, frozenset((a, b) for a, b in edges if a in known and b in known and a != b)
        )

    def after(self) -> dict[str, list[str]]:
        """What came of each node, in reading order."""
        return self._neighbours((a, b) for a, b in self.edges)

    def before(self) -> dict[str, list[str]]:
        """What each node came from, in reading order."""
        return self._neighbours((b, a) for a, b in self.edges)

    def _neighbours(self, pairs: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for a, b in pairs:
            found[a].append(b)
        for ids in found.values():
            ids.sort(key=lambda each: self.nodes[each].order)
        return found

    def back_from(self, start: str) -> Graph:
        """The node ``start`` and everything it came from, however far back."""
        before = self.before()
        seen, queue = {start}, deque([start])
        while queue:
            for each in before.get(queue.popleft(), ()):
                if each not in seen:
                    seen.add(each)
                    queue.append(each)
        kept = [node for id, node in self.nodes.items() if id in seen]
        return Graph.of(kept, self.edges)


@dataclass(frozen=True)
class Branch:
    """A node with what hangs under it in a nested list; ``more``: how many are not listed."""

    node: Node
    below: list[Branch] = field(default_factory=list)
    more: int = 0


def nested(graph: Graph, root: str, most: int = 50) -> Branch:
    """The graph as a list in a list from ``root``, each node once, where it is nearest.

    At most ``most`` under each node; what cannot be reached from the root is left out.
    """
    after = graph.after()
    parent: dict[str, str] = {}
    queue = deque([root])
    seen = {root}
    while queue:
        here = queue.popleft()
        for each in after.get(here, ()):
            if each not in seen:
                seen.add(each)
                parent[each] = here
                queue.append(each)
    below: dict[str, list[str]] = defaultdict(list)
    for child, over in parent.items():
        below[over].append(child)

    def branch(id: str) -> Branch:
        ids = sorted(below.get(id, ()), key=lambda each: graph.nodes[each].order)
        return Branch(
            graph.nodes[id], [branch(each) for each in ids[:most]], max(0, len(ids) - most)
        )

    return branch(root)


def steps_back(graph: Graph) -> list[tuple[Node, list[Node]]]:
    """Each node with what it came from, the newest level first: the chain read backwards."""
    before = graph.before()
    ordered = sorted(graph.nodes.values(), key=lambda each: each.order, reverse=True)
    return [(node, [graph.nodes[id] for id in before.get(node.id, ())]) for node in ordered]


def grouped(graph: Graph, most: int = 6, keep: str = "") -> Graph:
    """Kinds with more than ``most`` nodes in a level become one node with their number.

    ``keep``: a node that stays by itself.
    """
    kinds: dict[tuple[int, str], list[Node]] = defaultdict(list)
    for node in graph.nodes.values():
        if node.id != keep:
            kinds[node.level, node.kind].append(node)
    becomes: dict[str, str] = {}
    nodes = {node.id: node for node in graph.nodes.values()}
    for (level, kind), members in kinds.items():
        if len(members) <= most:
            continue
        group = Node(
            id=f"group-{level}-{kind}",
            kind=kind,
            title="",
            level=level,
            count=len(members),
            url="#list",
            word=members[0].word,
        )
        nodes[group.id] = group
        for member in members:
            becomes[member.id] = group.id
            del nodes[member.id]
    edges = {(becomes.get(a, a), becomes.get(b, b)) for a, b in graph.edges}
    return Graph.of(nodes.values(), edges)


@dataclass(frozen=True)
class Box:
    """A node drawn: its corner, and its title in short lines."""

    node: Node
    x: int
    y: int
    lines: list[tuple[int, str]]

    @property
    def middle(self) -> int:
        return self.y + HEIGHT // 2


@dataclass(frozen=True)
class Picture:
    """Boxes, and the lines between them as paths; in pixels."""

    boxes: list[Box]
    paths: list[str]
    width: int
    height: int
    box_width: int = WIDTH
    box_height: int = HEIGHT


def picture(graph: Graph) -> Picture:
    """The graph drawn: one column per level that is there, each in the order of what it came from."""
    levels: dict[int, list[Node]] = defaultdict(list)
    for node in sorted(graph.nodes.values(), key=lambda each: each.order):
        levels[node.level].append(node)
    before = graph.before()
    boxes: dict[str, Box] = {}
    for column, level in enumerate(sorted(levels)):
        x = EDGE + column * (WIDTH + ACROSS)
        ordered = _by_parents(levels[level], before, boxes)
        for row, node in enumerate(ordered):
            y = EDGE + row * (HEIGHT + DOWN)
            boxes[node.id] = Box(node, x, y, _lines(node, y))
    tallest = max((len(nodes) for nodes in levels.values()), default=0)
    return Picture(
        boxes=list(boxes.values()),
        paths=[_path(boxes[a], boxes[b]) for a, b in sorted(graph.edges)],
        width=2 * EDGE + len(levels) * (WIDTH + ACROSS) - ACROSS,
        height=2 * EDGE + tallest * (HEIGHT + DOWN) - DOWN,
    )


def _by_parents(
    nodes: list[Node], before: Mapping[str, list[str]], boxes: Mapping[str, Box]
) -> list[Node]:
    """In the order of the middle of what each came from, so that lines cross less."""

    def middle(node: Node) -> float:
        drawn = [boxes[each].middle for each in before.get(node.id, ()) if each in boxes]
        return sum(drawn) / len(drawn) if drawn else 0.0

    return sorted(nodes, key=middle)


def _lines(node: Node, y: int) -> list[tuple[int, str]]:
    """The title in a few short lines, each with its height on the page."""
    wrapped: list[str] = [""]
    for word in node.title.split():
        longer = f"{wrapped[-1]} {word}".strip()
        if len(longer) <= LINE_LENGTH or not wrapped[-1]:
            wrapped[-1] = longer
        else:
            wrapped.append(word)
    shown = [_cut(line) for line in wrapped[:LINES]]
    if len(wrapped) > LINES:
        shown[-1] = _cut(shown[-1] + "…" if len(shown[-1]) < LINE_LENGTH else shown[-1] + "……")
    return [(y + 36 + 17 * place, line) for place, line in enumerate(shown)]


def _cut(line: str) -> str:
    return line if len(line) <= LINE_LENGTH else line[: LINE_LENGTH - 1] + "…"


def _path(a: Box, b: Box) -> str:
    """A line from the right side of one box to the left of another; within a column, beside it."""
    if a.x == b.x:
        x, out = a.x + WIDTH, a.x + WIDTH + ACROSS // 3
        return f"M{x} {a.middle}C{out} {a.middle} {out} {b.middle} {x} {b.middle}"
    if a.x > b.x:
        a, b = b, a
    x1, x2 = a.x + WIDTH, b.x
    half = (x1 + x2) // 2
    return f"M{x1} {a.middle}C{half} {a.middle} {half} {b.middle} {x2} {b.middle}"


def without(graph: Graph, ids: Iterable[str]) -> Graph:
    """The graph less some nodes; what hung only on them hangs on nothing."""
    gone = set(ids)
    return Graph.of((node for id, node in graph.nodes.items() if id not in gone), graph.edges)
