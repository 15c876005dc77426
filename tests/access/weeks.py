"""What labs of the world did in their weeks, each text with the word that must not get out."""

from __future__ import annotations

from typing import Any

from labs.models import Lab, Revision
from labs.selectors import plans
from labs.services import revisions
from people.models import Post
from tests.factories import weeks as make

# Told in minutes of a lab that everybody reads.
MINUTES = "rhenium"


def build(
    lab: Lab, draft: Revision, owner: Post, *, of: str = "", word: str = ""
) -> dict[str, Any]:
    """Groups, sessions, options, an open day and what was said of the draft."""
    said = word or "said"
    group = make.group(lab, f"Group {said}", task=f"Look for {said}")
    session = make.session(lab, f"Session on {said}", group=group, place=f"Room {said}")
    make.minutes(session, f"They quarrelled about {word or MINUTES}")
    make.output(session, f"A map of {said}")
    option = make.option(lab, f"Option {said}", description=f"More {said}")
    criterion = make.criterion(lab, f"Criterion {said}")
    _write(draft, f"For the {said}")
    open_day = make.open_day(draft, title=f"Open day {said}", announcement=f"See {said}")
    seat = make.seat(lab)
    make.stand(seat, draft, "dissents", f"Not all the {said}")
    make.came(session, seat.post)
    return {
        f"{of}group": group,
        f"{of}session": session,
        f"{of}option": option,
        f"{of}criterion": criterion,
        f"{of}open day": open_day,
        f"{of}comment": make.comment(open_day, f"What of {said}?"),
        f"{of}objection": make.objection(draft, seat, f"No {said}"),
        f"{of}condition": make.condition(draft, owner, f"Count {said}"),
    }


def _write(draft: Revision, text: str) -> None:
    """Something that the draft changes, so that there is something to show."""
    revisions.edit(
        revision=draft,
        part="initiative",
        key=next(iter(plans.draft(draft).initiatives)),
        fields={"description": text},
        reason=text,
        **make.BY,
    )
