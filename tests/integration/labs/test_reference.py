"""Reference lists: installed once, every version kept, bounds of sizes that hold."""

from __future__ import annotations

from datetime import date

import pytest

from labs.models import ReferenceItem
from labs.models.reference import List
from labs.selectors import reference as selectors
from labs.services import reference, reference_items
from ledger.models import Event
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories import registers as make

pytestmark = pytest.mark.django_db
BY = make.BY
CHILE = {"micro": (1, 9), "small": (10, 49), "medium": (50, 199), "large": (200, None)}


def item(code: str = "credit", of: str = List.INSTRUMENT) -> ReferenceItem:
    return ReferenceItem.objects.get(list=of, code=code, country="", superseded_at=None)


def names(values) -> dict:
    return {"labels": {"es": "Crédito"}, "label": values}


def test_installing_twice_adds_nothing_and_one_event_tells_of_it() -> None:
    assert reference.install_defaults(**BY) > 100
    assert reference.install_defaults(**BY) == 0
    assert Event.objects.filter(verb="reference.installed").count() == 1


def test_every_list_has_entries_in_four_languages() -> None:
    make.lists()
    for of in List.values:
        rows = list(selectors.items(of))
        assert rows, of
        assert all(set(row.labels) == {"es", "ms", "pt"} for row in rows)


def test_an_entry_shows_the_language_of_the_page(settings) -> None:
    from django.utils.translation import override

    make.lists()
    with override("ms"):
        assert str(item()) == "Kredit"
    with override("en"):
        assert str(item()) == "Credit"


def test_what_was_edited_or_retired_is_not_installed_again() -> None:
    make.lists()
    reference_items.edit(item=item(), **names("Loans"), **BY)
    reference_items.retire(item=item("training"), **BY)
    assert reference.install_defaults(**BY) == 0
    offered = {str(each) for each in selectors.items(List.INSTRUMENT)}
    assert "Loans" in offered
    assert "Training" not in offered


def test_a_change_is_a_new_version_and_what_names_the_old_keeps_it() -> None:
    make.lists()
    old = item()
    seat = make_labs.SeatFactory(group=item("labour", List.STAKEHOLDER_GROUP))
    new = reference_items.edit(item=old, **names("Loans"), **BY)
    old.refresh_from_db()
    assert (new.version, new.code, old.label) == (2, "credit", "Credit")
    assert old.superseded_at is not None
    reference_items.edit(item=seat.group, **names("Unions"), **BY)
    seat.refresh_from_db()
    assert seat.group.label == "Workers and unions"


def test_two_editors_of_one_version_do_not_overwrite_each_other() -> None:
    make.lists()
    seen = item()
    reference_items.edit(item=item(), **names("Loans"), **BY)
    with pytest.raises(reference_items.ItemChanged):
        reference_items.edit(item=seen, **names("Lending"), **BY)
    assert item().label == "Loans"


def test_saving_the_same_writes_no_version() -> None:
    make.lists()
    same = item()
    kept = reference_items.edit(
        item=same,
        label=same.label,
        labels=same.labels,
        note=same.note,
        support=same.support,
        **BY,
    )
    assert kept.version == 1


def test_a_name_stands_once_in_a_list() -> None:
    make.lists()
    with pytest.raises(reference_items.ItemRefused) as refused:
        reference_items.add(list=List.INSTRUMENT, label=" credit ", labels={}, **BY)
    assert "label" in refused.value.fields


def test_retired_entries_can_be_offered_again() -> None:
    make.lists()
    gone = reference_items.retire(item=item(), **BY)
    assert reference_items.retire(item=gone, **BY).retired_at is not None
    assert reference_items.offer_again(item=gone, **BY).retired_at is None
    assert Event.objects.filter(verb="reference.retired").count() == 1


def test_a_move_changes_the_order_and_no_version() -> None:
    make.lists()
    before = [each.code for each in selectors.items(List.SUPPORT)]
    second = item(before[1], List.SUPPORT)
    reference_items.move(item=second, up=True, **BY)
    after = [each.code for each in selectors.items(List.SUPPORT)]
    assert after[:2] == before[1::-1]
    assert not ReferenceItem.objects.filter(version__gt=1).exists()


def test_a_country_s_own_sizes_replace_the_general_ones() -> None:
    make.lists()
    today = date(2019, 4, 17)
    assert [each.high for each in selectors.firm_sizes("CL", today)] == [9, 49, 199, None]
    assert [each.high for each in selectors.firm_sizes("XX", today)] == [9, 99, 249, None]
    assert {each.country for each in selectors.items(List.FIRM_SIZE, "CL")} == {"CL"}


def test_sizes_hold_from_their_day_and_the_old_ones_before_it() -> None:
    make.lists()
    changed = CHILE | {"medium": (50, 249), "large": (250, None)}
    made = reference_items.set_sizes(
        country="CL", bounds=changed, valid_from=date(2020, 1, 1), note="New law", **BY
    )
    assert made == 4
    assert [each.high for each in selectors.firm_sizes("CL", date(2019, 12, 31))][2] == 199
    assert [each.high for each in selectors.firm_sizes("CL", date(2020, 1, 1))][2] == 249
    assert Event.objects.filter(verb="reference.sizes_set").count() == 1


@pytest.mark.parametrize(
    ("wrong", "field", "says"),
    [
        ({"small": (9, 49)}, "low_small", "9 to 9 persons belong to the size before"),
        ({"small": (12, 49)}, "low_small", "10 to 11 persons belong to no size"),
        ({"small": (10, None)}, "high_small", "upper bound"),
        ({"large": (None, None)}, "low_large", "begins"),
        ({"large": (300, 200)}, "low_large", "must not be below"),
    ],
)
def test_sizes_that_do_not_hold_are_refused_in_words(wrong, field, says) -> None:
    make.lists()
    bounds = {code: wrong.get(code, both) for code, both in CHILE.items()}
    with pytest.raises(reference_items.SizesRefused) as refused:
        reference_items.set_sizes(country="PE", bounds=bounds, valid_from=None, **BY)
    assert says in refused.value.fields[field]
    assert not ReferenceItem.objects.filter(country="PE").exists()


def test_opening_a_programme_installs_the_lists() -> None:
    from reviews.services.programmes import open_programme

    open_programme(code="new-one", name="New", by=people.actor(), at=make.AT)
    assert selectors.items(List.INSTRUMENT).exists()
