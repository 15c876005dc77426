from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0004_sessions")]

    operations = [
        migrations.AddField(
            model_name="milestone",
            name="purpose",
            field=models.CharField(
                blank=True,
                choices=[("build_up", "builds up a capability that is missing")],
                default="",
                max_length=8,
                verbose_name="what it is for",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="dependencyanswer",
            name="step_key",
            field=models.UUIDField(blank=True, null=True),
        ),
    ]
