"""Steps pasted from a spreadsheet, read without a database."""

from __future__ import annotations

from labs.rules import pasted

HEADINGS = {name: name for name in pasted.COLUMNS}


def read(*lines: str) -> pasted.Pasted:
    return pasted.read("\n".join(lines), HEADINGS)


def codes(found: pasted.Pasted) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.problem.code) for each in found.wrong]


def test_columns_come_in_any_order_and_case() -> None:
    found = read("Finish\tSTEP\tOwner", "2019-05-01\tSign the lease\t Director,  Works ")
    assert not found.wrong
    assert found.rows == [
        pasted.Row(1, 2, "Sign the lease", owner="Director, Works", finish="2019-05-01")
    ]


def test_semicolons_with_quoted_cells_are_read() -> None:
    found = read("step;owner", '"Buy; then pay";Clerk')
    assert (found.rows[0].step, found.rows[0].owner) == ("Buy; then pay", "Clerk")


def test_empty_lines_are_passed_over_and_lines_keep_their_numbers() -> None:
    found = read("step", "", "One", "", "Two")
    assert [(row.number, row.line, row.step) for row in found.rows] == [
        (1, 3, "One"),
        (2, 5, "Two"),
    ]


def test_what_cannot_be_read_is_named_with_its_line() -> None:
    found = read("step\tstart\tfinish", "One\t2019-13-01\t", "\t\t", "Two\t2019-02-02\t2019-02-01")
    assert codes(found) == [(2, "start", "not_a_date"), (4, "finish", "before")]


def test_an_unknown_heading_and_a_missing_step_column_are_said() -> None:
    assert codes(read("task\towner", "One\tClerk")) == [
        (1, "task", "unknown_column"),
        (1, "step", "no_step_column"),
    ]


def test_more_cells_than_headings_is_said() -> None:
    assert codes(read("step\towner", "One\tClerk\tmore")) == [(2, "", "too_many_cells")]


def test_nothing_and_too_much_are_said() -> None:
    assert codes(read("")) == [(0, "", "nothing_pasted")]
    assert codes(read("step")) == [(0, "", "nothing_pasted")]
    many = read("step", *(f"Step {n}" for n in range(pasted.MOST + 1)))
    assert codes(many) == [(0, "", "too_many_lines")]


def test_what_comes_first_is_a_list() -> None:
    assert read("step\tafter", "One\t", "Two\t1, Sign").rows[1].after == ("1", "Sign")
