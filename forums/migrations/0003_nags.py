"""Open actions from before reminders are reminded of on the first weekday after they fall due."""

from datetime import timedelta

from django.db import migrations


def next_weekday(day):
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def remind(apps, _editor):
    actions = apps.get_model("forums", "Action").objects
    for pk, due_on in actions.filter(state="open", nag_on=None).values_list("pk", "due_on"):
        actions.filter(pk=pk).update(nag_on=next_weekday(due_on))


class Migration(migrations.Migration):
    dependencies = [("forums", "0002_cycles_and_ladder")]
    operations = [migrations.RunPython(remind, migrations.RunPython.noop)]
