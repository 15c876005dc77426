"""The history as it was before it was squashed (docs/adr/0020), and a database made by it.

    DATABASE_URL=postgres://… DATA_DIR=… python -m tests.unsquashed

Run by tests/integration/config/test_squashed.py, which compares.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import AddConstraint, AddField, AddIndex, AlterField
from django.db.migrations.operations.base import Operation
from django.db.migrations.operations.models import CreateModel
from django.db.migrations.state import ProjectState

ALIKE = (CreateModel, AddField, AlterField, AddConstraint, AddIndex)


class Unsquashed(MigrationLoader):
    """All migrations but the squashed ones, as a database sees them that has part of the old."""

    def build_graph(self) -> None:
        self.replace_migrations = False
        super().build_graph()
        for key, migration in self.replacements.items():
            self.graph.remove_replacement_node(key, migration.replaces)
        self.replacements.clear()


class Together(Operation):
    """Steps of one kind that follow each other, for one rendering of all models.

    One by one they take five times as long. PostgreSQL is asked the same either way; SQLite,
    where a changed table is made anew from the models, is not.
    """

    def __init__(self, steps: Sequence[Operation]) -> None:
        self.steps = steps

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.__dict__.pop("apps", None)
        for step in self.steps:
            step.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for step in self.steps:
            step.database_forwards(app_label, schema_editor, from_state, to_state)


def together(steps: Sequence[Operation]) -> list[Operation]:
    """The same steps, alike ones that follow each other in one."""
    runs = [(kind, list(run)) for kind, run in groupby(steps, type)]
    return [
        step for kind, run in runs for step in ([Together(run)] if issubclass(kind, ALIKE) else run)
    ]


def main() -> None:
    """Migrate an empty database by the old history."""
    executor = MigrationExecutor(connection)
    executor.loader = Unsquashed(connection)
    for migration in executor.loader.graph.nodes.values():
        migration.operations = together(migration.operations)
    executor.migrate(executor.loader.graph.leaf_nodes())


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()
    main()
