"""A database of its own for one simulation, made empty and thrown away.

The simulation runs in a process of its own, whose settings come from the environment that
``rooms`` gives: another database, another folder, another key. So nothing it does can reach
the installation that started it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from ledger import entropy

MARK = "MAKMAL_SCRATCH"  # set for the process that works in a scratch database
CLEARED = ("BROKER_URL", "SEALS_DIR", "DATABASE_POOL", "SECRET_KEY")


@contextlib.contextmanager
def rooms(seed: str) -> Iterator[dict[str, str]]:
    """The environment of a simulation: its folder and database exist within it alone."""
    given = os.environ.get("DATABASE_URL", "")
    with tempfile.TemporaryDirectory(prefix="makmal-simulation-") as folder:
        env = {name: value for name, value in os.environ.items() if name not in CLEARED}
        env |= {
            MARK: "1",
            "DATA_DIR": folder,
            "DEMO": "0",
            "LOG_LEVEL": "ERROR",
            "EMAIL_URL": "dummy://",
            "LEDGER_KEY": hashlib.sha256(f"makmal simulation {seed}".encode()).hexdigest(),
        }
        if not given.startswith(("postgres", "pgsql")):
            env["DATABASE_URL"] = f"sqlite:///{Path(folder) / 'db.sqlite3'}"
            yield env
            return
        name = f"makmal_simulation_{entropy.token_hex(6)}"
        with _on_server(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'"):
            env["DATABASE_URL"] = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
            try:
                yield env
            finally:
                with _on_server(f"DROP DATABASE {name} WITH (FORCE)"):
                    pass


@contextlib.contextmanager
def _on_server(statement: str) -> Iterator[None]:
    """Carry out a statement that cannot be in a transaction. The name in it is our own."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
    yield


class NotScratch(Exception):
    """This process was not given a scratch database."""


def prepare() -> None:
    """Make the tables in an empty scratch database. Raises NotScratch anywhere else."""
    if os.environ.get(MARK) != "1" or connection.introspection.table_names():
        raise NotScratch
    # Straight from the models: the history of the tables makes no difference here.
    settings.MIGRATION_MODULES = {config.label: None for config in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    call_command("createcachetable", verbosity=0)
    if connection.vendor == "postgresql":
        _number_within_transactions()
    else:
        _keep_in_memory()


# PostgreSQL does not take numbers back when a transaction is; SQLite does. Here both do, so
# that rows get the same numbers on both. Only the scratch database counts so.
COUNTING = """
CREATE TABLE simulation_count (place text PRIMARY KEY, last bigint NOT NULL);
CREATE FUNCTION simulation_next() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE top bigint; kept bigint;
BEGIN
  EXECUTE format('SELECT max(id) FROM %I', TG_TABLE_NAME) INTO top;
  SELECT last INTO kept FROM simulation_count WHERE place = TG_TABLE_NAME;
  NEW.id := greatest(coalesce(top, 0), coalesce(kept, 0)) + 1;
  RETURN NEW;
END $$;
CREATE FUNCTION simulation_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO simulation_count VALUES (TG_TABLE_NAME, NEW.id)
  ON CONFLICT (place) DO UPDATE SET last = greatest(simulation_count.last, excluded.last);
  RETURN NULL;
END $$;
"""


def _keep_in_memory() -> None:
    """Nothing of it has to outlive a failure of power."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode = MEMORY")
        cursor.execute("PRAGMA synchronous = OFF")


def _number_within_transactions() -> None:
    with connection.cursor() as cursor:
        cursor.execute(COUNTING)
        cursor.execute(
            "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND column_name = 'id' AND is_identity = 'YES' ORDER BY table_name"
        )
        for (table,) in cursor.fetchall():
            name = connection.ops.quote_name(table)
            cursor.execute(
                f"CREATE TRIGGER simulation_next BEFORE INSERT ON {name}"
                " FOR EACH ROW EXECUTE FUNCTION simulation_next()"
            )
            cursor.execute(
                f"CREATE TRIGGER simulation_keep AFTER INSERT ON {name}"
                " FOR EACH ROW EXECUTE FUNCTION simulation_keep()"
            )
