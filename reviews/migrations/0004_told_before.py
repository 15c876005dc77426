"""Steps from before count as told; open disputes get the day on which people are next warned."""

from datetime import timedelta

from django.db import migrations
from django.db.models import F

LEFT = 2  # weekdays before the last day, on which people are warned


def weekdays_before(day, count):
    while count:
        day -= timedelta(days=1)
        count -= day.weekday() < 5
    return day


def count_as_told(apps, _editor):
    apps.get_model("reviews", "BumpUp").objects.filter(told_at=None).update(told_at=F("at"))


def warn(apps, _editor):
    disputes = apps.get_model("reviews", "Dispute").objects
    waiting = disputes.filter(state="open", nudge_on=None).exclude(deadline=None)
    for pk, deadline, overdue in waiting.values_list("pk", "deadline", "overdue_at_top_since"):
        disputes.filter(pk=pk).update(nudge_on=overdue or weekdays_before(deadline, LEFT))


def leave_room(_apps, editor):
    """Room on each page of rungs for the two updates of their life (docs/adr/0016)."""
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE reviews_tier SET (fillfactor = 70)")


def fill_up(_apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE reviews_tier RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("reviews", "0003_cycles_and_ladder")]
    operations = [
        migrations.RunPython(count_as_told, migrations.RunPython.noop),
        migrations.RunPython(warn, migrations.RunPython.noop),
        migrations.RunPython(leave_room, fill_up),
    ]
