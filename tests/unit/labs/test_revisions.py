"""Plans as data: apply, diff, conflicts."""

from __future__ import annotations

import uuid

from hypothesis import given
from hypothesis import strategies as st

from labs.rules import revisions
from labs.rules.revisions import Change

KEYS = [uuid.UUID(int=number) for number in range(6)]
G, M = ("goal", KEYS[0]), ("milestone", KEYS[1])

texts = st.text(max_size=8)
titles = st.text(min_size=1, max_size=8)
values = st.one_of(texts, st.lists(texts, max_size=3))
fields = st.fixed_dictionaries(
    {"title": titles},
    optional=dict.fromkeys(("description", "owner", "finishes_on", "depends_on"), values),
)
plan_parts = st.dictionaries(
    st.tuples(st.sampled_from(revisions.PARTS), st.sampled_from(KEYS)), fields, max_size=8
)
targets = st.dictionaries(
    st.tuples(st.just("target"), st.sampled_from(KEYS)),
    st.dictionaries(
        st.sampled_from(["2018-01-01/2018-12-31", "2019-01-01/2019-12-31"]),
        st.fixed_dictionaries({"value": texts, "high": st.none() | texts}),
        min_size=1,
    ),
    max_size=3,
)
contents = st.builds(lambda plan, target: {**plan, **target}, plan_parts, targets)


@given(before=contents, after=contents)
def test_apply_undoes_diff(before, after) -> None:
    assert revisions.apply(before, revisions.diff(before, after)) == after


@given(content=contents)
def test_diff_of_the_same_is_empty(content) -> None:
    assert revisions.diff(content, content) == []


@given(before=contents, after=contents)
def test_diff_names_only_what_differs(before, after) -> None:
    for change in revisions.diff(before, after):
        if change.field != revisions.REMOVED:
            assert before.get(change.part_id, {}).get(change.field) == change.before
            assert change.before != change.after


@given(before=contents, after=contents)
def test_fresh_changes_do_not_conflict(before, after) -> None:
    changes = revisions.diff(before, after)
    assert revisions.conflicts(changes, before) == []


@given(before=contents, one=contents, other=contents)
def test_whatever_two_drafts_change_apart_merges(before, one, other) -> None:
    """What does not conflict ends up in the plan next to what was adopted first."""
    changes = revisions.diff(before, other)
    current = revisions.apply(before, revisions.diff(before, one))
    stale = {conflict.change.part_id for conflict in revisions.conflicts(changes, current)}
    merged = revisions.apply(current, [c for c in changes if c.part_id not in stale])
    for change in changes:
        if change.part_id in stale or change.part == "target":
            continue
        if change.field == revisions.REMOVED:
            assert change.part_id not in merged
        else:
            assert merged[change.part_id].get(change.field) == change.after


@given(content=contents, changes=st.lists(contents, min_size=2, max_size=2))
def test_apply_never_makes_half_a_part(content, changes) -> None:
    half = revisions.diff(*changes)
    for (part, _key), found in revisions.apply(content, half).items():
        assert part == "target" or found.get("title")


@given(found=fields)
def test_described_fields_read_back(found) -> None:
    assert revisions.undescribed(revisions.described(found)) == found


def test_apply_leaves_its_arguments_alone() -> None:
    before = {G: {"title": "Safe"}}
    revisions.apply(before, [Change("goal", G[1], "title", "Safe", "Safer")])
    assert before == {G: {"title": "Safe"}}


def test_conflict_when_the_value_changed_meanwhile() -> None:
    change = Change("milestone", M[1], "finishes_on", "2019-05-01", "2019-06-01")
    current = {M: {"title": "Step", "finishes_on": "2019-07-01"}}
    (conflict,) = revisions.conflicts([change], current)
    assert conflict.change == change
    assert conflict.now == "2019-07-01"


def test_no_conflict_when_another_field_changed() -> None:
    change = Change("milestone", M[1], "finishes_on", "2019-05-01", "2019-06-01")
    current = {M: {"title": "Renamed", "finishes_on": "2019-05-01"}}
    assert revisions.conflicts([change], current) == []


def test_no_conflict_when_it_is_so_already() -> None:
    change = Change("milestone", M[1], "finishes_on", "2019-05-01", "2019-06-01")
    current = {M: {"title": "Step", "finishes_on": "2019-06-01"}}
    assert revisions.conflicts([change], current) == []


def test_conflict_when_the_part_is_gone() -> None:
    change = Change("milestone", M[1], "owner", None, "7")
    assert revisions.conflicts([change], {}) != []
    assert revisions.apply({}, [change]) == {}


def test_conflict_when_what_is_removed_has_changed() -> None:
    removal = revisions.diff({M: {"title": "Step"}}, {})
    assert revisions.conflicts(removal, {M: {"title": "Step", "owner": "7"}}) != []


def test_touches_goal_and_execution() -> None:
    assert revisions.touches("goal", "description") == "goal"
    assert revisions.touches("target", "2019-01-01/2019-12-31") == "goal"
    assert revisions.touches("initiative", "budget") == "execution"
    assert revisions.touches("milestone", revisions.REMOVED) == "execution"
