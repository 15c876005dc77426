"""The main navigation: what is shown and what is current."""

from __future__ import annotations

from typing import Any

import pytest

from people import context_processors
from people.context_processors import EVERYONE, OVERSEERS, PAGES, SECTIONS, navigation


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [
        ("Home", "home", EVERYONE),
        ("Health", "healthz", EVERYONE),
        ("Ready", "readyz", OVERSEERS),
        ("Gone", "no:such", EVERYONE),
    ]
    addresses = {"home": "/", "healthz": "/kpis/", "readyz": "/ledger/"}
    monkeypatch.setattr(context_processors, "PAGES", pages)
    monkeypatch.setattr(context_processors, "address_of", lambda name: addresses.get(name, ""))


def labels(links: list[dict[str, Any]]) -> list[str]:
    return [link["label"] for link in links]


def test_page_that_is_not_there_is_left_out() -> None:
    assert labels(navigation(path="/", roles=[])) == ["Home", "Health"]


@pytest.mark.parametrize("role", ["auditor", "delivery_unit", "administrator"])
def test_ledger_is_for_those_who_oversee(role: str) -> None:
    assert "Ready" in labels(navigation(path="/", roles=[role]))


@pytest.mark.parametrize(
    ("path", "current"),
    [("/", ["Home"]), ("/kpis/", ["Health"]), ("/kpis/7/readings/", ["Health"]), ("/labs/", [])],
)
def test_current_is_the_nearest_page_above(path: str, current: list[str]) -> None:
    assert labels([link for link in navigation(path=path, roles=[]) if link["current"]]) == current


@pytest.mark.parametrize(
    ("view", "current"), [("labs:plan", ["Health"]), ("labs", ["Health"]), ("people:x", [])]
)
def test_page_elsewhere_belongs_to_the_section_of_its_app(
    monkeypatch: pytest.MonkeyPatch, view: str, current: list[str]
) -> None:
    monkeypatch.setattr(context_processors, "SECTIONS", {"labs": "healthz"})
    links = navigation(path="/plans/3/", roles=[], view=view)
    assert labels([link for link in links if link["current"]]) == current


def test_every_section_is_in_the_navigation() -> None:
    assert set(SECTIONS.values()) <= {name for _label, name, _roles in PAGES}
