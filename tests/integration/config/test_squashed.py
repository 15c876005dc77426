"""Installing by the squashed history or by the old one comes to the same (docs/adr/0020)."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg.sql import SQL, Identifier
from pytest_django import Settings

from config.health import pending_migrations
from tests.unsquashed import Unsquashed

ROOT = Path(__file__).resolve().parents[3]
Names = set[tuple[str, str]]
# Its database is made by the migrations, the one of the SQLite leg from the models.
migrated = pytest.mark.skipif(
    "MIGRATED_DATABASE" not in os.environ, reason="belongs to the PostgreSQL leg"
)
SCHEMA = """
SELECT 'column ' || attrelid::regclass || ' ' || attnum,
       concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                 attcollation::regcollation, pg_get_expr(adbin, adrelid))
FROM pg_attribute JOIN pg_class relation ON relation.oid = attrelid
LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r' AND relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'relation ' || relname, concat_ws(' ', relkind, reloptions)
FROM pg_class WHERE relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname,
       concat_ws(' ', pg_get_constraintdef(oid), condeferrable, condeferred)
FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL
SELECT 'trigger ' || tgrelid::regclass || ' ' || tgname, pg_get_triggerdef(oid)
FROM pg_trigger WHERE NOT tgisinternal
"""


def test_both_histories_tell_of_the_same_models(settings: Settings) -> None:
    """So no migration is added or edited on one side only."""
    settings.MIGRATION_MODULES = {}
    old, new = Unsquashed(None), MigrationLoader(None)
    assert new.replacements
    assert not {key for key in old.graph.nodes if key in new.replacements}
    assert not {key for key in new.graph.nodes if replaced(new, key)}
    assert old.project_state().models == new.project_state().models


def replaced(loader: MigrationLoader, key: tuple[str, str]) -> bool:
    return any(key in migration.replaces for migration in loader.replacements.values())


@pytest.fixture
def by_the_old_history(tmp_path: Path) -> Iterator[str]:
    """The address of a new database made by the old history."""
    server, name = os.environ["DATABASE_URL"], f"unsquashed_{os.getpid()}"
    address = f"{server.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as cursor:
        cursor.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    subprocess.run(
        [sys.executable, "-m", "tests.unsquashed"],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": address, "DATA_DIR": str(tmp_path)},
        check=True,
    )
    yield address
    with psycopg.connect(server, autocommit=True) as cursor:
        cursor.execute(SQL("DROP DATABASE {}").format(Identifier(name)))


@migrated
@pytest.mark.django_db
def test_both_histories_make_the_same_database(by_the_old_history: str) -> None:
    """To the last column, index, constraint and trigger, and in the same order."""
    with psycopg.connect(by_the_old_history) as other:
        old = dict(other.execute(SCHEMA).fetchall())
    with connection.cursor() as cursor:
        cursor.execute(SCHEMA)
        new = dict(cursor.fetchall())
    assert len(new) > 1_000
    assert {name: what for name, what in new.items() if old.get(name) != what} == {}
    assert old.keys() == new.keys()


def forget(names: Names) -> None:
    """Make the database one to which these have not been applied, by its own account."""
    for app, name in names:
        MigrationRecorder(connection).record_unapplied(app, name)


def squashed() -> Names:
    return set(MigrationLoader(connection).replacements)


def planned() -> Names:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return {(migration.app_label, migration.name) for migration, _backwards in plan}


@migrated
@pytest.mark.django_db
def test_nothing_is_pending_on_a_new_database() -> None:
    assert not pending_migrations()


@migrated
@pytest.mark.django_db
def test_a_database_with_all_of_the_old_history_only_notes_the_new() -> None:
    forget(squashed())
    assert planned() == set()
    # It counts as pending, so that `migrate` runs and the old files can go one day.
    assert pending_migrations()
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    assert not pending_migrations()


@migrated
@pytest.mark.django_db
def test_a_database_with_part_of_the_old_history_goes_on_with_it() -> None:
    later = {
        (app, name)
        for app, name in MigrationRecorder(connection).applied_migrations()
        if app == "reviews" and "0003" <= name[:4] <= "0007" and "squashed" not in name
    }
    forget(squashed() | later)
    assert planned() == later
    assert pending_migrations()
