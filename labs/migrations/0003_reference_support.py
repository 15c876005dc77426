from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0002_labs_and_plans")]

    operations = [
        migrations.AddField(
            model_name="referenceitem",
            name="support",
            field=models.SlugField(
                blank=True, default="", max_length=60, verbose_name="kind of support it gives"
            ),
            preserve_default=False,
        ),
    ]
