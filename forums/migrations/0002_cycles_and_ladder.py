
import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('forums', '0001_initial'),
        ('people', '0003_cycles_and_ladder'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cycle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rhythm', models.CharField(choices=[('weekly', 'weekly'), ('monthly', 'monthly'), ('quarterly', 'quarterly'), ('half_yearly', 'half-yearly'), ('yearly', 'yearly')], max_length=12, verbose_name='rhythm')),
                ('first_on', models.DateField(verbose_name='first meeting')),
                ('at_time', models.TimeField(default=datetime.time(9, 0), help_text="In the forum's time zone", verbose_name='time')),
                ('minutes_long', models.PositiveSmallIntegerField(default=120, verbose_name='length in minutes')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('agenda_days', models.PositiveSmallIntegerField(default=5, help_text='Working days before the meeting', verbose_name='agenda sent')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='last day')),
                ('made_until', models.DateField(blank=True, null=True)),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cycles', to='forums.forum')),
            ],
            options={
                'ordering': ['forum', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('forum', 'rhythm'), name='one_open_cycle_per_rhythm'), models.CheckConstraint(condition=models.Q(('minutes_long__gte', 1)), name='cycle_meetings_last_a_minute')],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slot', models.DateField(blank=True, help_text='The day the rhythm gave, before any move', null=True)),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('minutes_long', models.PositiveSmallIntegerField(default=120, verbose_name='length in minutes')),
                ('place', models.CharField(blank=True, max_length=200, verbose_name='place')),
                ('call_on', models.DateField(help_text='The day its agenda goes out')),
                ('called_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('planned', 'planned'), ('held', 'held'), ('cancelled', 'cancelled'), ('missed', 'did not take place')], default='planned', max_length=10)),
                ('state_reason', models.TextField(blank=True, help_text='Why moved, cancelled or missed')),
                ('quorum', models.PositiveSmallIntegerField(help_text='As frozen when it was held', null=True)),
                ('came', models.PositiveSmallIntegerField(help_text='Core places that were filled', null=True)),
                ('minutes', models.TextField(blank=True, verbose_name='minutes')),
                ('minuted_at', models.DateTimeField(blank=True, null=True)),
                ('signed_at', models.DateTimeField(blank=True, null=True)),
                ('chaired_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('cycle', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='forums.cycle')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.document')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='meetings', to='forums.forum')),
                ('minuted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('signed_in', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
            ],
            options={
                'ordering': ['-starts_at', '-pk'],
                'indexes': [models.Index(fields=['forum', 'starts_at'], name='meeting_forum_when'), models.Index(condition=models.Q(('called_at', None), ('state', 'planned')), fields=['call_on'], name='meeting_to_call')],
                'constraints': [models.UniqueConstraint(fields=('cycle', 'slot'), name='one_meeting_per_slot'), models.CheckConstraint(condition=models.Q(models.Q(('cycle', None), ('slot', None)), models.Q(('cycle__isnull', False), ('slot__isnull', False)), _connector='OR'), name='meeting_slot_belongs_to_a_cycle'), models.CheckConstraint(condition=models.Q(models.Q(('came__isnull', False), ('quorum__isnull', False), ('state', 'held')), models.Q(models.Q(('state', 'held'), _negated=True), ('came', None), ('quorum', None)), _connector='OR'), name='meeting_held_with_quorum_and_count'), models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['cancelled', 'missed']), _negated=True), models.Q(('state_reason', ''), _negated=True), _connector='OR'), name='meeting_not_held_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('minuted_at', None), ('minuted_by', None), ('minutes', '')), models.Q(('minuted_at__isnull', False), ('minuted_by__isnull', False)), _connector='OR'), name='meeting_minuted_at_and_by_together'), models.CheckConstraint(condition=models.Q(models.Q(('signed_at', None), ('signed_by', None), ('signed_in', None)), models.Q(('signed_at__isnull', False), ('signed_by__isnull', False), ('signed_in__isnull', False), ('state', 'held')), _connector='OR'), name='meeting_signed_who_when_what')],
            },
        ),
        migrations.CreateModel(
            name='Attendance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='Business time')),
                ('core', models.BooleanField(default=True, help_text='A core place; else invited')),
                ('presence', models.CharField(choices=[('present', 'present'), ('delegate', 'sent a delegate'), ('apologies', 'apologies'), ('absent', 'absent without word')], max_length=10, verbose_name='presence')),
                ('delegate_name', models.CharField(blank=True, max_length=200, verbose_name='delegate')),
                ('delegate_office', models.CharField(blank=True, max_length=200, verbose_name='office of the delegate')),
                ('rank', models.PositiveSmallIntegerField(blank=True, help_text='Of who came; 1 is the highest', null=True, verbose_name='rank')),
                ('by_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('by_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.document')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('principal_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('meeting', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='attendance', to='forums.meeting')),
            ],
            options={
                'ordering': ['meeting', '-core', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('principal', None), ('principal_post', None)), models.Q(('by_user__isnull', False), ('evidence__isnull', False)), _connector='OR'), name='forums_attendance_principal_needs_evidence'), models.UniqueConstraint(fields=('meeting', 'post'), name='one_attendance_per_place'), models.CheckConstraint(condition=models.Q(models.Q(('presence', 'delegate'), models.Q(('delegate_name', ''), _negated=True)), models.Q(models.Q(('presence', 'delegate'), _negated=True), ('delegate_name', ''), ('delegate_office', '')), _connector='OR'), name='delegate_has_a_name')],
            },
        ),
        migrations.AddField(
            model_name='action',
            name='nag_on',
            field=models.DateField(blank=True, help_text='Next day the owner is reminded', null=True),
        ),
        migrations.AddField(
            model_name='action',
            name='nags',
            field=models.PositiveSmallIntegerField(default=0, help_text='Reminders since it was overdue'),
        ),
        migrations.AddField(
            model_name='action',
            name='priority',
            field=models.CharField(choices=[('normal', 'normal'), ('high', 'high: verified by somebody else')], default='normal', max_length=6, verbose_name='priority'),
        ),
        migrations.AddField(
            model_name='action',
            name='withdrawn_because',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='forum',
            name='delegates_count',
            field=models.BooleanField(default=False, help_text='Votes stay with the members either way.', verbose_name='a delegate counts towards the quorum of a meeting'),
        ),
        migrations.AddField(
            model_name='forum',
            name='time_zone',
            field=models.CharField(blank=True, help_text='Of its meetings, as in Asia/Tokyo', max_length=64, verbose_name='time zone'),
        ),
        migrations.AddIndex(
            model_name='action',
            index=models.Index(condition=models.Q(('nag_on__isnull', False), ('state', 'open')), fields=['nag_on'], name='action_to_nag'),
        ),
        migrations.AddConstraint(
            model_name='action',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), models.Q(('withdrawn_because', ''), _negated=True)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_because', '')), _connector='OR'), name='action_withdrawn_with_a_reason'),
        ),
    ]
