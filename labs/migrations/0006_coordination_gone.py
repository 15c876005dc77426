from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('labs', '0005_purpose_and_step'),
    ]

    operations = [
        migrations.AddField(
            model_name='coordination',
            name='gone_at',
            field=models.DateTimeField(blank=True, help_text='Since when it is no longer found; null: it still is', null=True),
        ),
    ]
