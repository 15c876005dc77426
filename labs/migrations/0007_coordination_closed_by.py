from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('labs', '0006_coordination_gone'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='coordination',
            name='coordination_closed_with_a_reason',
        ),
        migrations.AddConstraint(
            model_name='coordination',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at', None), ('closed_because', ''), ('closed_by', None)), models.Q(('closed_at__isnull', False), ('closed_by__isnull', False), models.Q(('closed_because', ''), _negated=True)), _connector='OR'), name='coordination_closed_with_a_reason'),
        ),
    ]
