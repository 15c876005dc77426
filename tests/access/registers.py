"""Something in every register of the world's programmes, with the word that must not get out."""

from __future__ import annotations

from typing import Any

from labs.models import Lab, ReferenceItem
from people.models import Post
from tests.factories import registers as make


def build(lab: Lab, owner: Post, *, of: str = "", word: str = "") -> dict[str, Any]:
    """Of the whole programme, or, with a word, of a lab that is kept to some."""
    programme, said = lab.area.programme, word or "said"
    source = make.source(programme, name=f"Rent {'of the other lab' if word else ''}".strip())
    bargain = make.bargain(programme, title=f"Share of {said}", plan=lab.plan)
    make.round_of(bargain, lab.area.lead, "asked", "50", note=f"More {said}")
    found = {
        "obstacle": make.obstacle(programme, f"No {said}", lab=lab, text=f"Short of {said}"),
        "source": source,
        "allocation": make.allocation(source, purpose=f"For {said}", plan=lab.plan),
        "allotted": make.decided(source, "5", purpose=f"Also for {said}", plan=lab.plan),
        "bargain": bargain,
    }
    if not word:
        make.lists()
        offered = ReferenceItem.objects.filter(country="").exclude(list="firm_size")
        found |= {
            "recommendation": make.recommendation(programme, owner=owner),
            "window": make.window(programme),
            "act": make.act(programme),
            "entry": offered.get(list="instrument", code="credit"),
            "moved entry": offered.get(list="support", code="credit"),
        }
    return {f"{of}{key}": thing for key, thing in found.items()}
