"""What is wrong with a template, and where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: in which file and section, and what to do about it."""

    file: str
    section: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.section}" if self.section else self.file
        return f"{where}: {self.message}"


class TemplateError(ValueError):
    """A file that is no template; ``problems`` are all that were found."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(each) for each in problems))
        self.problems = list(problems)
