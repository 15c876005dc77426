"""The sentences of every rule, language and case, as agreed: one file each.

``python -m tests.golden.sentences`` writes them anew; read the difference before you keep it.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from django.utils import translation

FOLDER = Path(__file__).parent / "told"
LANGUAGES = ("en", "es", "ms", "pt")
CASES = json.loads((FOLDER / "cases.json").read_text(encoding="utf-8"))


def told(kind: str, language: str) -> str:
    """What the rule says in each of its cases, a line per case."""
    from kpis.templatetags.signals import tell

    with translation.override(language):
        lines = []
        for case, given in CASES[kind].items():
            start, end = (date.fromisoformat(day) for day in given["period"].split("/"))
            lines.append(f"{case}: {tell(kind, given['evidence'], start, end)}")
    return "\n".join(lines).replace("\N{NO-BREAK SPACE}", " ") + "\n"


def path(kind: str, language: str) -> Path:
    """Where the agreed sentences of a rule are kept."""
    return FOLDER / language / f"{kind}.txt"


def write() -> None:
    """Write every file anew."""
    for kind in CASES:
        for language in LANGUAGES:
            path(kind, language).parent.mkdir(exist_ok=True)
            path(kind, language).write_text(told(kind, language), encoding="utf-8")


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    write()
