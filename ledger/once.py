"""What one page asks again and again is read once.

A page asks of one person in thirty places what they may read; nothing changes while it is
drawn. Within ``reading``, which a middleware opens for requests that only read, a function
marked ``once`` reads for each set of arguments once. Everywhere else (a form that is sent, a
task, a command, a test of a service) nothing is remembered and each question sees the last
change; so it does in a request that records an event although it should only read.
"""

from __future__ import annotations

import contextlib
import functools
import inspect
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.db.models import Model, QuerySet

P = ParamSpec("P")
R = TypeVar("R")
M = TypeVar("M", bound=Model)

_answers: ContextVar[dict[Hashable, Any] | None] = ContextVar("answers", default=None)
NOTHING = object()
MANY = 200


@contextlib.contextmanager
def reading() -> Iterator[None]:
    """Within it, in this context alone, what is marked ``once`` is read once."""
    token = _answers.set({})
    try:
        yield
    finally:
        _answers.reset(token)


def forget() -> None:
    """Drop what was read: something has changed."""
    known = _answers.get()
    if known is not None:
        known.clear()


def once(function: Callable[P, R]) -> Callable[P, R]:
    """Mark a selector: within ``reading`` it is asked once for each set of arguments.

    They are told apart as keys of a dict are, rows of tables by their id; what it returns
    is shared, so nobody changes it (best a frozenset, a tuple). Rows that are not stored
    yet, and what raises, are not remembered.
    """

    @functools.wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        known = _answers.get()
        if known is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        try:
            answer = known.get(key, NOTHING)
        except TypeError:  # a row without an id is no key
            return function(*args, **kwargs)
        if answer is NOTHING:
            answer = known[key] = function(*args, **kwargs)
        return answer  # type: ignore[no-any-return]

    return asked


def by_ids(rows: Callable[P, QuerySet[M]]) -> Callable[P, QuerySet[M]]:
    """Mark a selector of a table of hundreds of rows, which other queries are within.

    Within ``reading`` their ids are read once and stand in each further query as numbers,
    which says in a word what would else be a query within a query. Of more than ``MANY``
    it stays the query: then it is that which is shorter.
    """

    @functools.wraps(rows)
    def found(*args: P.args, **kwargs: P.kwargs) -> QuerySet[M]:
        few = None if _answers.get() is None else _few(rows, *args, **kwargs)
        if few is None:
            return rows(*args, **kwargs)
        model, known = few
        return model._default_manager.filter(pk__in=known)

    return found


def ids(rows: Callable[P, QuerySet[M]], *args: P.args, **kwargs: P.kwargs) -> Any:
    """For ``filter(…__in=…)``: the ids of ``rows(…)`` as ``by_ids`` has them, else the query."""
    plain = inspect.unwrap(rows)
    few = None if _answers.get() is None else _few(plain, *args, **kwargs)
    return plain(*args, **kwargs).values("pk") if few is None else few[1]


@once
def _few(
    rows: Callable[..., QuerySet[Any]], *args: Any, **kwargs: Any
) -> tuple[type[Any], tuple[int, ...]] | None:
    found = rows(*args, **kwargs)
    known = tuple(found.order_by().values_list("pk", flat=True)[: MANY + 1])
    return None if len(known) > MANY else (found.model, known)
