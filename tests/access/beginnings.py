"""How labs of the world began and what they taught, each text with the word that must not get out."""

from __future__ import annotations

from typing import Any

from labs.models import Lab
from labs.services import intakes, problem_statements, seats
from reviews.services import lessons
from tests.factories import labs as make
from tests.factories.reviews import AT


def build(lab: Lab, *, of: str = "", word: str = "") -> dict[str, Any]:
    """Its intake, problem statement, a seat with an interest, a lesson, and one asked for."""
    said = word or "said"
    intake = make.intake(lab.area, title=f"Ask about {said}", question=f"Where is {said}?")
    intakes.use(intake=intake, lab=lab)
    problem_statements.write(
        lab=lab, text=f"Too little {said}", causes=f"No {said}", by=make.SYSTEM, at=AT
    )
    seat = make.SeatFactory(lab=lab, mandate=f"May sell {said}")
    interest = seats.declare(seat=seat, text=f"Gains {said}", by=make.SYSTEM, at=AT)
    return {
        f"{of}intake": intake,
        f"{of}seat": seat,
        f"{of}interest": interest,
        f"{of}lesson": make.lesson(
            lab.area.programme, title=f"Learn {said}", text=f"About {said}", lab=lab
        ),
        f"{of}lesson ask": lessons.ask(
            lab=lab, post=lab.area.home_forum.secretary, by=make.SYSTEM, at=AT
        ),
    }
