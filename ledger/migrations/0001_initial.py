import django.db.models.deletion
import django.db.models.expressions
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('verb', models.CharField(max_length=64)),
                ('subject_type', models.CharField(max_length=64)),
                ('subject_id', models.CharField(max_length=64)),
                ('programme_id', models.CharField(blank=True, max_length=64)),
                ('restricted', models.BooleanField(default=False)),
                ('at', models.DateTimeField(help_text='Business time')),
                ('recorded_at', models.DateTimeField(help_text='Real time')),
                ('actor_user', models.CharField(blank=True, max_length=64)),
                ('actor_post', models.CharField(blank=True, max_length=64)),
                ('actor_principal', models.CharField(blank=True, max_length=64)),
                ('actor_label', models.CharField(max_length=200)),
                ('data', models.JSONField(default=dict)),
                ('mac', models.CharField(max_length=64)),
                ('number', models.PositiveBigIntegerField(null=True, unique=True)),
                ('link', models.CharField(blank=True, max_length=64)),
            ],
            options={
                'ordering': ['pk'],
                'indexes': [models.Index(condition=models.Q(('number', None)), fields=['id'], name='event_unsealed'), models.Index(fields=['subject_type', 'subject_id'], name='event_subject'), models.Index(fields=['programme_id', 'id'], name='event_programme')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('link', ''), ('number', None)), models.Q(('number__isnull', False), models.Q(('link', ''), _negated=True)), _connector='OR'), name='event_number_and_link_together')],
            },
        ),
        migrations.CreateModel(
            name='Seal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveBigIntegerField(unique=True)),
                ('first', models.PositiveBigIntegerField()),
                ('last', models.PositiveBigIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('sealed_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['number'],
                'constraints': [models.CheckConstraint(condition=models.Q(('last__gte', models.F('first')), ('count', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('last'), '-', models.F('first')), '+', models.Value(1)))), name='seal_covers_its_range')],
            },
        ),
        migrations.CreateModel(
            name='SealerLease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=32, unique=True)),
                ('holder', models.CharField(blank=True, max_length=64)),
                ('until', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='EventText',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='texts', to='ledger.event')),
                ('field', models.CharField(max_length=64)),
                ('salt', models.CharField(max_length=32)),
                ('text', models.TextField(blank=True)),
                ('erased_at', models.DateTimeField(null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('event', 'field'), name='one_text_per_event_field')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='ledger.event')),
                ('recipient', models.CharField(max_length=64)),
                ('title', models.CharField(max_length=300)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('at', models.DateTimeField()),
                ('read_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'indexes': [models.Index(condition=models.Q(('read_at', None)), fields=['recipient'], name='notice_unread')],
                'constraints': [models.UniqueConstraint(fields=('event', 'recipient'), name='one_notice_per_recipient')],
            },
        ),
    ]
