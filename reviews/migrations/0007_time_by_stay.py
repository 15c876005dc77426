"""Time asked for and given belongs to a stay with a forum, not to the number of a tier."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F


def name_the_forum(apps, _editor):
    """The forum that held the dispute then: before it was sent to a conflict forum, the other."""
    away = dict(apps.get_model("reviews", "ConflictRoute").objects.values_list("dispute", "at"))
    left = dict(
        apps.get_model("reviews", "ConflictRoute").objects.values_list("dispute", "away_from")
    )
    now = {
        (dispute, number): forum
        for dispute, number, forum in apps.get_model("reviews", "Tier").objects.values_list(
            "dispute", "number", "forum"
        )
    }
    for name, dispute in (("Extension", F("dispute")), ("TimeAsked", F("party__dispute"))):
        rows = apps.get_model("reviews", name).objects
        for pk, of, tier, at in rows.values_list("pk", dispute, "tier", "at"):
            sent = of in away and at < away[of]
            rows.filter(pk=pk).update(forum=left[of] if sent else now[of, tier])


class Migration(migrations.Migration):
    dependencies = [
        ("forums", "0003_nags"),
        ("reviews", "0006_sweep_indexes"),
    ]
    operations = [
        migrations.RemoveConstraint("extension", "one_extension_per_tier"),
        migrations.RemoveConstraint("timeasked", "time_asked_once_per_tier"),
        *(
            migrations.AddField(
                name,
                "forum",
                models.ForeignKey(
                    "forums.forum", django.db.models.deletion.PROTECT, null=True, related_name="+"
                ),
            )
            for name in ("extension", "timeasked")
        ),
        migrations.RunPython(name_the_forum, migrations.RunPython.noop),
        *(
            migrations.AlterField(
                name,
                "forum",
                models.ForeignKey(
                    "forums.forum", django.db.models.deletion.PROTECT, related_name="+"
                ),
            )
            for name in ("extension", "timeasked")
        ),
        migrations.AddConstraint(
            "extension",
            models.UniqueConstraint(
                fields=["dispute", "tier", "forum"], name="one_extension_per_stay"
            ),
        ),
        migrations.AddConstraint(
            "timeasked",
            models.UniqueConstraint(
                fields=["party", "tier", "forum"], name="time_asked_once_per_stay"
            ),
        ),
    ]
