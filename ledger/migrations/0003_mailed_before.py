"""Notices from before there was mail about them count as dealt with."""

from django.db import migrations
from django.db.models import F


def count_as_mailed(apps, _editor):
    apps.get_model("ledger", "Notice").objects.filter(mailed_at=None).update(mailed_at=F("at"))


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_cycles_and_ladder")]
    operations = [migrations.RunPython(count_as_mailed, migrations.RunPython.noop)]
