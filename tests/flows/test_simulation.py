"""A government simulated: facts hold, and the same seed tells the same story, byte for byte."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from labs.models import Milestone
from simulator import running, scratch
from simulator.rules import scenario as scenarios
from simulator.rules.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
SMALL = """
[government]
ministries = 3
starts_on = "2027-01-29"
[plans]
per_ministry = 1
kpis = 5
milestones = 1
sound = 0.0
[forums]
response_days = [4, 4, 4, 4]
minimum_stay_days = [0, 0, 0, 0]
[values]
shock_rate = 0.5
shock_size = 0.6
late_rate = 0.0
[people]
vacancy_rate = 0.05
[reviews]
explained_in_time = 1.0
motion_withdrawn = 0.3
[disputes]
opened_per_review = 1.0
opened_in_error = 0.2
distributional = 0.6
joined_late = 0.6
bump_up_on_ground = 0.9
given_up = 0.05
asked = 1.0
withheld = 0.8
time_asked = 0.9
extension = 0.9
"""
MONTHS = "2"
RUNS = [("1", "1"), ("1", "2"), ("2", "1")]  # seed, and how strings are hashed


def simulated(file: Path, *, seed: str, hashing: str, database: str = "") -> tuple[int, str]:
    """What one run in a process of its own prints, and how it ends."""
    with pytest.MonkeyPatch.context() as patch:
        if database == "sqlite":
            patch.delenv("DATABASE_URL", raising=False)
        with scratch.rooms(seed) as env:
            done = subprocess.run(
                [sys.executable, "manage.py", "simulate", "--here", "--months", MONTHS]
                + ["--seed", seed, "--scenario", str(file)],
                cwd=ROOT,
                env=env | {"PYTHONHASHSEED": hashing},
                capture_output=True,
                text=True,
                check=False,
            )
    return done.returncode, done.stdout or done.stderr


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    file = tmp_path_factory.mktemp("scenario") / "small.toml"
    file.write_text(SMALL)
    return file


@pytest.fixture(scope="module")
def runs(small) -> list[tuple[int, str]]:
    """Two months, from several seeds and in several processes."""
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda each: simulated(small, seed=each[0], hashing=each[1]), RUNS))


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The PostgreSQL leg compares both")
class TestSeeds:
    def test_facts_hold(self, runs):
        assert [code for code, _text in runs] == [0] * len(RUNS), runs[0][1][-2000:]
        for _code, text in runs:
            facts = json.loads(text)["facts"]
            assert {number: each["broken"] for number, each in facts.items()} == {
                str(number): 0 for number in range(1, 14)
            }
            assert {each["checked"] for each in facts.values()} == {facts["1"]["checked"]}

    def test_the_same_seed_tells_the_same_story(self, runs):
        """Under another order of sets and dicts, and in another process."""
        first, again, *others = (text for _code, text in runs)
        assert first == again
        heads = {json.loads(text)["head"] for text in (first, *others)}
        assert len(heads) == len(others) + 1


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The PostgreSQL leg compares both")
@pytest.mark.django_db
def test_facts_hold_from_another_seed():
    """In a government where nearly everything goes wrong, in the process of the test."""
    report, checks = running.run(scenario=scenarios.read(tomllib.loads(SMALL)), months=2, seed="3")
    assert checks.found == []
    assert report["disputes"]["opened"]


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Needs both databases")
def test_both_databases_tell_the_same_story(small, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        code, told = simulated(small, seed="1", hashing="1")
    assert code == 0, told[-2000:]
    assert {each["broken"] for each in json.loads(told)["facts"].values()} == {0}
    assert simulated(small, seed="1", hashing="2", database="sqlite") == (0, told)


@pytest.mark.django_db(transaction=True)
def test_a_fact_broken_past_the_services_is_found_that_day():
    """Somebody renames a step in the database, on the tenth day."""
    days = []

    def meddle(world) -> None:
        days.append(world.day)
        if len(days) == 12:
            Milestone.objects.update(title="Another step")

    few = Scenario(ministries=2, per_ministry=1, kpis=2, milestones=1)
    report, checks = running.run(scenario=few, months=1, seed="1", after_day=meddle)
    assert report["facts"]["4"]["broken"]
    assert {broken.fact for _day, broken in checks.found} == {4}


class TestCommand:
    """What is asked for wrongly is said, and nothing is made."""

    @pytest.mark.parametrize("months", [0, 601])
    def test_months_out_of_bounds(self, months):
        with pytest.raises(CommandError, match="--months"):
            call_command("simulate", months=months)

    def test_a_scenario_that_cannot_be_read(self, tmp_path):
        file = tmp_path / "wrong.toml"
        file.write_text("[values]\nnoise = 7\n")
        with pytest.raises(CommandError, match=r"values\.noise: give a number from 0 to 1"):
            call_command("simulate", scenario=str(file))

    def test_a_scenario_that_is_not_there(self, tmp_path):
        with pytest.raises(CommandError, match="cannot be read"):
            call_command("simulate", scenario=str(tmp_path / "none.toml"))

    def test_a_scenario_is_shown(self, capsys):
        call_command("simulate", show=True)
        assert json.loads(capsys.readouterr().out)["plans"]["kpis"] == 12

    @pytest.mark.django_db
    def test_it_works_in_no_database_but_its_own(self):
        with pytest.raises(CommandError, match="scratch database"):
            call_command("simulate", here=True)
