"""The table of the shared cache, so that `migrate` is all a database needs."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import migrations

DATABASE_CACHE = "django.core.cache.backends.db.DatabaseCache"


def create(_apps: Any, schema_editor: Any) -> None:
    # The command refuses to do anything for other kinds of cache.
    if settings.CACHES["default"]["BACKEND"] == DATABASE_CACHE:
        call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [migrations.RunPython(create, migrations.RunPython.noop, elidable=False)]
