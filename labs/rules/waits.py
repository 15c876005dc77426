"""Who waits for whom, and where waiting goes round in a circle.

A node is an undone step (its key) or an organisation (its id) that was asked for
something it has planned no step for. A step waits for the steps that come before it, for
the step by which another organisation delivers, or for the organisation asked; an
organisation stands for all its undone steps that wait. Everything here grows linearly
with steps and edges (Tarjan 1972), and nothing recurses.
"""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from labs.rules.revisions import MILESTONE, Content

Node = uuid.UUID | int  # a step's key, or an organisation's id
# What each node waits for, and by which request (None: the other step comes first).
Graph = dict[Node, dict[Node, uuid.UUID | None]]
STARTS = 24  # places of a component from which the shortest circle is sought


@dataclass(frozen=True, slots=True)
class Step:
    """A step in force. ``organisation``: its owner's, None without an owner."""

    key: uuid.UUID
    organisation: int | None = None
    waits_for: tuple[uuid.UUID, ...] = ()
    done: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What a step needs of an organisation; ``by_step``: the step that delivers it."""

    key: uuid.UUID
    step: uuid.UUID
    provider: int
    by_step: uuid.UUID | None = None
    delivered: bool = False


@dataclass(frozen=True, slots=True)
class Circle:
    """Nodes in order, each waiting for the next and the last for the first.

    ``requests[i]``: the request by which node i waits, None where the next comes first.
    """

    nodes: tuple[Node, ...]
    requests: tuple[uuid.UUID | None, ...]

    @property
    def steps(self) -> list[uuid.UUID]:
        return [node for node in self.nodes if isinstance(node, uuid.UUID)]


def graph(steps: Iterable[Step], requests: Iterable[Request]) -> Graph:
    """Who waits for whom among undone steps and the organisations they ask."""
    known = {step.key: step for step in steps}
    open_ones = {key: step for key, step in known.items() if not step.done}
    found: Graph = {
        key: {first: None for first in step.waits_for if first in open_ones}
        for key, step in open_ones.items()
    }
    for asked in requests:
        if not asked.delivered and asked.step in open_ones:
            _ask(found, asked, known)
    for key, step in open_ones.items():
        organisation = step.organisation
        if found[key] and organisation is not None and organisation in found:
            found[organisation].setdefault(key, None)
    return found


def _ask(found: Graph, asked: Request, known: Mapping[uuid.UUID, Step]) -> None:
    """The step waits for the step that delivers, while it is undone, else for who was asked."""
    if asked.by_step is not None and asked.by_step in known:
        if not known[asked.by_step].done:
            found[asked.step].setdefault(asked.by_step, asked.key)
    elif asked.provider != known[asked.step].organisation:
        found[asked.step].setdefault(asked.provider, asked.key)
        found.setdefault(asked.provider, {})


def components(found: Graph) -> list[list[Node]]:
    """The strongly connected parts of the graph in which there is a circle."""
    nodes = list(found)
    place = {node: number for number, node in enumerate(nodes)}
    after = [[place[other] for other in found[node] if other in place] for node in nodes]
    return [
        [nodes[number] for number in part]
        for part in _Search(after).parts()
        if len(part) > 1 or part[0] in after[part[0]]
    ]


class _Search:
    """Tarjan's search over numbers, with a stack of its own: depth costs memory, not frames."""

    def __init__(self, after: list[list[int]]) -> None:
        self.after = after
        self.order = [-1] * len(after)  # when each was first come to
        self.lowest = [-1] * len(after)
        self.stacked = [False] * len(after)
        self.stack: list[int] = []
        self.found: list[list[int]] = []
        self.count = 0

    def parts(self) -> list[list[int]]:
        for node in range(len(self.after)):
            if self.order[node] < 0:
                self._visit(node)
        return self.found

    def _visit(self, start: int) -> None:
        work = [(start, self._open(start))]
        while work:
            node, rest = work[-1]
            for other in rest:
                if self.order[other] < 0:
                    work.append((other, self._open(other)))
                    break
                if self.stacked[other]:
                    self.lowest[node] = min(self.lowest[node], self.order[other])
            else:
                work.pop()
                if work:
                    above = work[-1][0]
                    self.lowest[above] = min(self.lowest[above], self.lowest[node])
                if self.lowest[node] == self.order[node]:
                    self._close(node)

    def _open(self, node: int) -> Iterator[int]:
        self.order[node] = self.lowest[node] = self.count
        self.count += 1
        self.stack.append(node)
        self.stacked[node] = True
        return iter(self.after[node])

    def _close(self, node: int) -> None:
        part: list[int] = []
        while not part or part[-1] != node:
            part.append(self.stack.pop())
            self.stacked[part[-1]] = False
        self.found.append(part)


def circles(found: Graph) -> list[Circle]:
    """One short circle of each component, in an order that does not depend on the reading."""
    each = [shortest(found, part) for part in components(found)]
    return sorted(each, key=lambda circle: str(circle.nodes[0]))


def shortest(found: Graph, part: Sequence[Node]) -> Circle:
    """The shortest circle through one of the component's first nodes.

    In a component of up to ``STARTS`` nodes it is the shortest there is.
    """
    inside = set(part)
    best: list[Node] | None = None
    for start in sorted(part, key=str)[:STARTS]:
        if best is not None and len(best) <= 2:
            break
        path = _round(found, start, inside)
        if best is None or len(path) < len(best):
            best = path
    return _circle(found, best or [])


def _round(found: Graph, start: Node, inside: set[Node]) -> list[Node]:
    """The shortest way from ``start`` back to it within a component, breadth first."""
    came: dict[Node, Node] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for after in found[node]:
            if after == start:
                path = [node]
                while path[-1] != start:
                    path.append(came[path[-1]])
                return path[::-1]
            if after in inside and after not in came:
                came[after] = node
                waiting.append(after)
    raise ValueError("not a component")


def _circle(found: Graph, path: list[Node]) -> Circle:
    """The path as a circle that begins with a step and is the same however it was found."""
    places = [index for index, node in enumerate(path) if isinstance(node, uuid.UUID)]
    first = min(places, key=lambda index: str(path[index]))
    nodes = path[first:] + path[:first]
    return Circle(
        tuple(nodes),
        tuple(found[node][after] for node, after in _edges(nodes)),
    )


def _edges(nodes: Sequence[Node]) -> list[tuple[Node, Node]]:
    return list(zip(nodes, [*nodes[1:], *nodes[:1]], strict=True))


def holds(found: Graph, nodes: Sequence[Node]) -> bool:
    """Whether each of these nodes still waits for the next, and the last for the first."""
    return bool(nodes) and all(after in found.get(node, {}) for node, after in _edges(nodes))


def circle_within(content: Content) -> list[uuid.UUID] | None:
    """The steps of one circle among the milestones of a plan's content; None without one."""
    steps = [
        Step(key, waits_for=tuple(uuid.UUID(each) for each in fields.get("depends_on") or ()))
        for (part, key), fields in content.items()
        if part == MILESTONE
    ]
    found = circles(graph(steps, ()))
    return found[0].steps if found else None


@dataclass(frozen=True, slots=True)
class Ordered:
    """A step with its days, for ``out_of_order``."""

    key: uuid.UUID
    starts_on: date | None
    finishes_on: date | None


def out_of_order(
    steps: Mapping[uuid.UUID, Ordered], waits: Iterable[tuple[uuid.UUID, uuid.UUID]]
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The pairs (step, what comes before it) of which the second ends after the first does.

    A step without a finish is measured by its start.
    """
    found = []
    for key, first in waits:
        step, before = steps.get(key), steps.get(first)
        if step is None or before is None or before.finishes_on is None:
            continue
        end = step.finishes_on or step.starts_on
        if end is not None and before.finishes_on > end:
            found.append((key, first))
    return found


def told(names: Sequence[str]) -> list[str]:
    """Names around a circle as a sentence goes: neighbours of one name once, the first again last."""
    kept: list[str] = []
    for name in names:
        if not kept or kept[-1] != name:
            kept.append(name)
    return kept if len(kept) > 1 and kept[0] == kept[-1] else [*kept, kept[0]]
