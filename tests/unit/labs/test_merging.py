"""Two sets of changes to one plan: either order gives the same, or they clash."""

from __future__ import annotations

import uuid
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from labs.rules import merging
from labs.rules.revisions import REMOVED, Change, Content, apply, described, diff

GOAL = uuid.UUID(int=1)
MEANS = [uuid.UUID(int=n) for n in (11, 12)]
STEPS = [uuid.UUID(int=n) for n in (21, 22, 23)]
BASE: dict[tuple[str, uuid.UUID], dict[str, Any]] = {
    ("goal", GOAL): {"title": "Safe streets"},
    **{("initiative", key): {"title": "Means", "goal_key": str(GOAL)} for key in MEANS},
    **{
        ("milestone", key): {
            "title": f"Step {n}",
            "initiative_key": str(MEANS[n % 2]),
            "finishes_on": "2019-05-01",
        }
        for n, key in enumerate(STEPS)
    },
}

field = st.sampled_from(["title", "finishes_on", "starts_on"])
values = {
    "title": st.sampled_from(["A", "B", "Step 0"]),
    "finishes_on": st.sampled_from(["2019-05-01", "2019-06-01", "2019-07-01", None]),
    "starts_on": st.sampled_from([None, "2019-01-01", "2019-02-01"]),
}
edit = field.flatmap(lambda name: st.tuples(st.sampled_from(STEPS), st.just(name), values[name]))
removal = st.tuples(st.sampled_from(STEPS), st.just(REMOVED), st.none())
addition = st.tuples(
    st.uuids(version=4), st.just("new"), st.sampled_from([str(key) for key in MEANS])
)


def written(acts: list[tuple[uuid.UUID, str, Any]]) -> list[Change]:
    """The changes a draft holds after these acts in it."""
    after = {part_id: dict(fields) for part_id, fields in BASE.items()}
    for key, name, value in acts:
        part_id = ("milestone", key)
        if name == "new":
            after[part_id] = {"title": "New", "initiative_key": value}
        elif name == REMOVED:
            after.pop(part_id, None)
        elif part_id in after:
            after[part_id].pop(name, None)
            after[part_id] |= {} if value is None else {name: value}
    return diff(BASE, after)


change_sets = st.lists(st.one_of(edit, removal, addition), max_size=6).map(written)


def differ(ours: list[Change], theirs: list[Change]) -> bool:
    """Said plainly: the same field to different values, or one takes out what the other changes."""
    wanted = {(change.part_id, change.field): change.after for change in theirs}
    out = {change.part_id for change in theirs if change.field == REMOVED}
    changed = {change.part_id for change in theirs if change.field != REMOVED}
    for change in ours:
        if change.field == REMOVED:
            if change.part_id in changed:
                return True
        elif (
            change.part_id in out
            or wanted.get((change.part_id, change.field), change.after) != change.after
        ):
            return True
    return False


@given(change_sets, change_sets)
def test_either_order_gives_the_same_plan_and_only_the_same_field_clashes(
    ours: list[Change], theirs: list[Change]
) -> None:
    one, one_way = merging.merge(BASE, ours, theirs)
    other, other_way = merging.merge(BASE, theirs, ours)
    assert bool(one_way) is bool(other_way) is differ(ours, theirs)
    if not one_way:
        assert one == other


@given(change_sets, change_sets)
def test_giving_up_what_clashes_leaves_nothing_that_clashes(
    ours: list[Change], theirs: list[Change]
) -> None:
    current = apply(BASE, theirs)
    left = ours
    for clash in merging.clashes(ours, current):
        left = merging.without(left, clash)
    assert merging.clashes(left, current) == []


def kinds(ours: list[Change], current: Content) -> list[str]:
    return [clash.kind for clash in merging.clashes(ours, current)]


def test_each_kind_of_clash_says_what_it_is() -> None:
    step = ("milestone", STEPS[0])
    moved = Change(*step, "finishes_on", "2019-05-01", "2019-06-01")
    named = Change(*step, "title", "Step 0", "First")
    out = Change(*step, REMOVED, described(BASE[step]), None)
    later = apply(BASE, [Change(*step, "finishes_on", "2019-05-01", "2019-09-01")])
    without = apply(BASE, [out])
    assert kinds([moved], later) == ["field"]
    assert kinds([out], later) == ["taken_out"]
    assert kinds([moved, named], without) == ["gone"]
    assert kinds([out], without) == []


def test_what_would_be_left_hanging_clashes() -> None:
    means = ("initiative", MEANS[0])
    out = Change(*means, REMOVED, described(BASE[means]), None)
    bare = {part_id: held for part_id, held in BASE.items() if part_id[0] != "milestone"}
    new = diff(
        bare,
        {**bare, ("milestone", STEPS[0]): {"title": "New", "initiative_key": str(MEANS[0])}},
    )
    assert kinds(new, apply(bare, [out])) == ["loose"]
    assert kinds([out], apply(bare, new)) == ["loose"]
    (clash,) = merging.clashes(new, apply(bare, [out]))
    assert merging.without(new, clash) == []


def test_a_part_is_put_back_as_it_was_with_what_ours_made_of_it() -> None:
    step = ("milestone", STEPS[0])
    ours = [Change(*step, "finishes_on", "2019-05-01", "2019-06-01", "Late")]
    back = merging.put_back(BASE[step], ours, "Needed all the same")
    assert apply({}, back) == {step: {**BASE[step], "finishes_on": "2019-06-01"}}
    assert {change.field: change.reason for change in back}["finishes_on"] == "Late"
    assert all(change.before is None for change in back)


def test_dates_that_each_left_in_order_clash_where_together_they_are_not() -> None:
    step = ("milestone", STEPS[0])
    theirs = apply(BASE, [Change(*step, "starts_on", None, "2019-04-28")])
    ours = Change(*step, "finishes_on", "2019-05-01", "2019-04-20")
    (found,) = merging.clashes([ours], theirs)
    assert (found.kind, found.change, found.now) == (merging.FIELD, ours, "2019-05-01")
    later = Change(*step, "finishes_on", "2019-05-01", "2019-06-01")
    assert merging.clashes([later], theirs) == []
