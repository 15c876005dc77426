"""Every template: started, its plan brought into force, a miss reviewed, the plan revised."""

from __future__ import annotations

import pytest

from starters.selectors import templates
from tests.flows.starters_walk import begin

pytestmark = pytest.mark.django_db
# The KPI that misses its first target, and by which value.
MISSES = {
    "pemandu": ("enrolment", "77"),
    "mesas": ("actions_in_time", "20"),
    "council": ("exports", "7900"),
    "extension": ("reached", "1.5"),
    "suppliers": ("local_content", "31"),
    "clusters": ("device_exports", "1410"),
    "sme": ("productivity", "29"),
    "dual": ("special_share", "5"),
    "window": ("value", "4.5"),
    "incentive": ("kept", "55"),
}


def test_every_template_is_walked() -> None:
    assert {each.code for each in templates()} == set(MISSES)


@pytest.mark.parametrize("code", MISSES)
def test_the_loop_once(code: str) -> None:
    key, value = MISSES[code]
    begin(code).once_round(key, value)
