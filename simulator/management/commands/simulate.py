"""manage.py simulate: months of a synthetic government, as JSON."""

from __future__ import annotations

import argparse
import gc
import json
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.selectors.facts import Broken
from simulator import running, scratch
from simulator.rules import scenario as scenarios
from simulator.world import World

LONGEST = 600  # months
SELDOM = 100_000  # objects made before the next look for unused ones


class Command(BaseCommand):
    help = (
        "Live through months of a synthetic government in a scratch database and print what came"
        " of it as JSON. Ends with 1 if a fact of docs/architecture.md did not hold."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--months", type=int, default=24)
        parser.add_argument("--seed", default="1")
        parser.add_argument("--scenario", metavar="FILE", help="settings, as TOML or JSON")
        parser.add_argument(
            "--show", action="store_true", help="print every setting of the scenario and stop"
        )
        parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        months, seed = options["months"], str(options["seed"])
        if not 1 <= months <= LONGEST:
            raise CommandError(f"--months: give a whole number from 1 to {LONGEST}.")
        scenario = self._scenario(options["scenario"])
        if options["show"]:
            self.stdout.write(json.dumps(scenarios.as_tables(scenario), indent=2))
        elif options["here"]:
            self._live(scenario, months, seed, told=options["verbosity"] > 1)
        else:
            self._hand_over(options["scenario"], months, seed, options["verbosity"])

    def _scenario(self, file: str | None) -> scenarios.Scenario:
        if file is None:
            return scenarios.Scenario()
        try:
            text = Path(file).read_text(encoding="utf-8")
            given = json.loads(text) if file.endswith(".json") else tomllib.loads(text)
            return scenarios.read(given)
        except OSError as error:
            raise CommandError(f"{file}: cannot be read ({error.strerror}).") from error
        except scenarios.Unreadable as wrong:
            raise CommandError("\n".join([f"{file}:", *wrong.problems])) from wrong
        except ValueError as error:
            raise CommandError(f"{file}: {error}") from error

    def _hand_over(self, file: str | None, months: int, seed: str, verbosity: int) -> None:
        """Run it in a process of its own, whose settings name the scratch database."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "simulate", "--here"]
        command += ["--months", str(months), "--seed", seed, "--verbosity", str(verbosity)]
        command += ["--scenario", str(Path(file).resolve())] if file else []
        with scratch.rooms(seed) as env:
            done = subprocess.run(command, env=env, cwd=settings.BASE_DIR, check=False)  # noqa: S603
        if done.returncode:
            sys.exit(done.returncode)

    def _live(self, scenario: scenarios.Scenario, months: int, seed: str, *, told: bool) -> None:
        try:
            scratch.prepare()
        except scratch.NotScratch as error:
            raise CommandError("--here needs a scratch database: leave it out.") from error
        # All that is loaded stays, and little is left lying in a day: look for it seldom.
        gc.freeze()
        gc.set_threshold(SELDOM)
        after_day = self._say if told else None
        report, checks = running.run(
            scenario=scenario, months=months, seed=seed, after_day=after_day, tell=self._tell
        )
        self.stdout.write(json.dumps(report, indent=2))
        if checks.broken:
            sys.exit(1)

    def _tell(self, day: date, broken: Broken) -> None:
        said = f"{day}: fact {broken.fact} does not hold: {broken.key}, {broken.detail}"
        self.stderr.write(said)

    def _say(self, world: World) -> None:
        self.stderr.write(f"{world.day}")
