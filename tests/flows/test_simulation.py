"""A government simulated: facts hold, and the same seed tells the same story, byte for byte."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from labs.models import Milestone
from simulator import running, scratch
from simulator.rules.scenario import Scenario

ROOT = Path(__file__).resolve().parents[2]
SMALL = """
[government]
ministries = 2
starts_on = "2027-01-25"
[plans]
kpis = 2
milestones = 1
[values]
shock_rate = 0.5
shock_size = 0.6
[people]
vacancy_rate = 0.05
[reviews]
explained_in_time = 1.0
[disputes]
opened_per_review = 1.0
"""
MONTHS = "2"


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


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="The PostgreSQL leg compares both")
def test_the_same_seed_tells_the_same_story(small):
    """Under another order of sets and dicts, and in another process."""
    asked = [("1", "1"), ("1", "2"), ("2", "1")]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda each: simulated(small, seed=each[0], hashing=each[1]), asked))
    assert [code for code, _text in runs] == [0, 0, 0], runs[0][1][-2000:]
    first, again, other = (text for _code, text in runs)
    assert first == again
    assert json.loads(first)["head"] != json.loads(other)["head"]
    told = json.loads(first)
    assert told["reviews"]["opened"]
    assert told["disputes"]["opened"]
    assert {fact: each["broken"] for fact, each in told["facts"].items()} == {
        str(number): 0 for number in range(1, 14)
    }
    assert {each["checked"] for each in told["facts"].values()} == {told["facts"]["1"]["checked"]}


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="Needs both databases")
def test_both_databases_tell_the_same_story(small, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        code, told = simulated(small, seed="1", hashing="1")
    assert code == 0, told[-2000:]
    assert simulated(small, seed="1", hashing="2", database="sqlite") == (0, told)


@pytest.mark.django_db(transaction=True)
def test_a_fact_broken_past_the_services_is_found_that_day():
    """Somebody renames a step in the database, on the tenth day."""
    days = []

    def meddle(world) -> None:
        days.append(world.day)
        if len(days) == 12:
            Milestone.objects.update(title="Another step")

    few = Scenario(ministries=2, kpis=2, milestones=1)
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
