"""Room on each page of rungs for the two updates of their life (docs/adr/0016)."""

from __future__ import annotations

from django.db import migrations


def leave_room(apps, schema_editor):
    """PostgreSQL alone has it; new pages have it from now on."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE reviews_tier SET (fillfactor = 70)")


def fill_up(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE reviews_tier RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0006_prompts_restricted")]
    operations = [migrations.RunPython(leave_room, fill_up)]
