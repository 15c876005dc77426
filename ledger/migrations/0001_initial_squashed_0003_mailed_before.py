import config.new_tables
import django.db.models.deletion
import django.db.models.expressions
import ledger.entropy
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('ledger', '0001_initial'), ('ledger', '0002_cycles_and_ladder'), ('ledger', '0003_mailed_before')]

    initial = True

    dependencies = [
    ]

    operations = [
        config.new_tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name='Event',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('uid', models.UUIDField(default=ledger.entropy.uuid4, editable=False, unique=True)),
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
                        ('decide', models.BooleanField(default=False, help_text='It is theirs to decide: at once by mail')),
                        ('mailed_at', models.DateTimeField(help_text='When a mail took it up, or none is to', null=True)),
                    ],
                    options={
                        'ordering': ['-at', '-pk'],
                        'indexes': [models.Index(condition=models.Q(('read_at', None)), fields=['recipient'], name='notice_unread'), models.Index(condition=models.Q(('mailed_at', None)), fields=['recipient'], name='notice_to_mail'), models.Index(condition=models.Q(('decide', True), ('mailed_at', None)), fields=['at'], name='notice_to_mail_at_once')],
                        'constraints': [models.UniqueConstraint(fields=('event', 'recipient'), name='one_notice_per_recipient')],
                    },
                ),
                migrations.CreateModel(
                    name='Delivery',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('message_id', models.CharField(max_length=200, unique=True)),
                        ('recipient', models.CharField(max_length=64)),
                        ('channel', models.CharField(default='mail', max_length=10)),
                        ('kind', models.CharField(help_text='decide, digest or reminder', max_length=10)),
                        ('key', models.CharField(help_text='What it is about and when: the same key is never made twice', max_length=100)),
                        ('title', models.CharField(max_length=300)),
                        ('text', models.TextField(blank=True)),
                        ('state', models.CharField(choices=[('waiting', 'waiting'), ('sent', 'sent'), ('doubtful', 'sent, perhaps twice'), ('failed', 'given up'), ('cancelled', 'no longer needed')], default='waiting', max_length=10)),
                        ('due_at', models.DateTimeField(help_text='Real time; after quiet hours')),
                        ('claimed_until', models.DateTimeField(help_text='Real time; somebody is sending it', null=True)),
                        ('made_at', models.DateTimeField()),
                        ('sent_at', models.DateTimeField(null=True)),
                    ],
                    options={
                        'ordering': ['-pk'],
                        'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at'], name='delivery_to_send')],
                        'constraints': [models.UniqueConstraint(fields=('recipient', 'key'), name='one_delivery_per_key'), models.CheckConstraint(condition=models.Q(models.Q(('sent_at__isnull', False), ('state__in', ['sent', 'doubtful'])), models.Q(models.Q(('state__in', ['sent', 'doubtful']), _negated=True), ('sent_at', None)), _connector='OR'), name='delivery_sent_with_a_time')],
                    },
                ),
                migrations.CreateModel(
                    name='Attempt',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.PositiveSmallIntegerField()),
                        ('began_at', models.DateTimeField()),
                        ('ended_at', models.DateTimeField(null=True)),
                        ('accepted', models.BooleanField(null=True)),
                        ('answer', models.CharField(blank=True, help_text='What the server said', max_length=300)),
                        ('delivery', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attempts', to='ledger.delivery')),
                    ],
                    options={
                        'ordering': ['delivery', 'number'],
                        'constraints': [models.UniqueConstraint(fields=('delivery', 'number'), name='one_attempt_per_number'), models.CheckConstraint(condition=models.Q(models.Q(('accepted', None), ('ended_at', None)), models.Q(('accepted__isnull', False), ('ended_at__isnull', False)), _connector='OR'), name='attempt_ended_with_outcome')],
                    },
                ),
            ],
        ),
    ]
