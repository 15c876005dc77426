import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Forum',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                ('purpose', models.CharField(choices=[('common', 'common interest'), ('conflict', 'conflict')], default='common', max_length=10, verbose_name='purpose')),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='forums.forum')),
                ('chair', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('alternate', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('secretary', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('quorum', models.PositiveSmallIntegerField(default=1, verbose_name='quorum')),
                ('response_days', models.PositiveSmallIntegerField(default=10, help_text='Working days a dispute may stay here', verbose_name='response days')),
                ('minimum_stay_days', models.PositiveSmallIntegerField(default=5, verbose_name='minimum stay')),
                ('meets_every_days', models.PositiveSmallIntegerField(default=30, verbose_name='days between meetings')),
                ('country', models.CharField(blank=True, max_length=10, verbose_name='country of its calendar')),
                ('closed_on', models.DateField(blank=True, null=True)),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='forums.forum')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('quorum__gte', 1)), name='forum_quorum_positive'), models.CheckConstraint(condition=models.Q(('response_days__gte', 1)), name='forum_response_days_positive'), models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('pk')), _negated=True), _connector='OR'), name='forum_is_not_its_own_parent'), models.CheckConstraint(condition=models.Q(('successor', None), ('closed_on__isnull', False), _connector='OR'), name='forum_successor_only_when_closed')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='forums.forum')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('kind', models.CharField(choices=[('core', 'core'), ('invited', 'invited')], default='core', max_length=10)),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_on', None)), fields=('forum', 'post'), name='one_open_membership_per_post')],
            },
        ),
        migrations.CreateModel(
            name='Motion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='Business time')),
                ('by_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('principal_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.document')),
                ('forum', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='motions', to='forums.forum')),
                ('title', models.CharField(max_length=300, verbose_name='title')),
                ('text', models.TextField(verbose_name='proposal')),
                ('reason', models.TextField(verbose_name='reason')),
                ('mode', models.CharField(choices=[('chair', 'the chair, after hearing members'), ('majority', 'majority'), ('unanimity', 'unanimity'), ('written', 'written procedure')], default='chair', max_length=10, verbose_name='mode')),
                ('quorum', models.PositiveSmallIntegerField()),
                ('closes_at', models.DateTimeField(blank=True, null=True)),
                ('state', models.CharField(choices=[('open', 'open'), ('carried', 'carried'), ('lost', 'lost'), ('lapsed', 'lapsed'), ('withdrawn', 'withdrawn')], default='open', max_length=10)),
                ('restricted', models.BooleanField(default=False)),
                ('interests', models.JSONField(default=dict, help_text='Posts, organisations, users that stand aside, each with why')),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'abstract': False,
                'indexes': [models.Index(condition=models.Q(('state', 'open')), fields=['closes_at'], name='motion_to_close')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('principal', None), ('principal_post', None)), models.Q(('by_user__isnull', False), ('evidence__isnull', False)), _connector='OR'), name='forums_motion_principal_needs_evidence'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='motion_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('mode', 'written'), _negated=True), ('closes_at__isnull', False), _connector='OR'), name='written_procedure_has_a_closing_time')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='Business time')),
                ('by_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('principal_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.document')),
                ('motion', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='forums.motion')),
                ('outcome', models.CharField(choices=[('carried', 'carried'), ('lost', 'lost'), ('lapsed', 'lapsed')], max_length=10)),
                ('reason', models.TextField()),
                ('dissent', models.TextField(blank=True)),
                ('present', models.JSONField(default=list, help_text='Titles of the posts that took part')),
                ('stood_aside', models.JSONField(default=list, help_text='Titles, with why')),
                ('supersedes', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='superseded_by', to='forums.decision')),
                ('standing', models.CharField(choices=[('own', 'taken by the forum itself'), ('awaited', 'awaiting confirmation'), ('confirmed', 'confirmed'), ('repudiated', 'repudiated')], default='own', max_length=12)),
                ('standing_reason', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-at', '-pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('principal', None), ('principal_post', None)), models.Q(('by_user__isnull', False), ('evidence__isnull', False)), _connector='OR'), name='forums_decision_principal_needs_evidence'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='decision_has_a_reason'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None)), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='decision_answered_at_and_by_together'), models.CheckConstraint(condition=models.Q(models.Q(('standing', 'repudiated'), _negated=True), models.Q(('standing_reason', ''), _negated=True), _connector='OR'), name='repudiation_has_a_reason')],
            },
        ),
        migrations.CreateModel(
            name='Voter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('motion', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='voters', to='forums.motion')),
                ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('presides', models.BooleanField(default=False)),
                ('barred_because', models.CharField(blank=True, max_length=300)),
                ('interest_stated', models.CharField(blank=True, help_text='Rules all the same: top forum without alternate', max_length=300)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('motion', 'post'), name='one_place_per_motion'), models.UniqueConstraint(condition=models.Q(('presides', True)), fields=('motion',), name='one_presides_per_motion'), models.CheckConstraint(condition=models.Q(('presides', False), ('barred_because', ''), _connector='OR'), name='who_presides_is_free')],
            },
        ),
        migrations.CreateModel(
            name='Action',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='Business time')),
                ('by_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('principal_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.document')),
                ('title', models.CharField(max_length=300, verbose_name='what')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('verifier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('due_on', models.DateField(verbose_name='due')),
                ('decision', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='actions', to='forums.decision')),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('verified', 'verified'), ('withdrawn', 'withdrawn')], default='open', max_length=10)),
                ('done_note', models.TextField(blank=True)),
                ('done_at', models.DateTimeField(blank=True, null=True)),
                ('done_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verified_at', models.DateTimeField(blank=True, null=True)),
                ('verified_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['due_on', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('principal', None), ('principal_post', None)), models.Q(('by_user__isnull', False), ('evidence__isnull', False)), _connector='OR'), name='forums_action_principal_needs_evidence'), models.CheckConstraint(condition=models.Q(models.Q(('done_at', None), ('done_by', None), ('done_note', '')), models.Q(('done_at__isnull', False), ('done_by__isnull', False), models.Q(('done_note', ''), _negated=True)), _connector='OR'), name='action_done_who_when_what'), models.CheckConstraint(condition=models.Q(models.Q(('verified_at', None), ('verified_by', None)), models.Q(('verified_at__isnull', False), ('verified_by__isnull', False)), _connector='OR'), name='action_verified_at_and_by_together'), models.CheckConstraint(condition=models.Q(('verified_by', None), models.Q(('verified_by', models.F('done_by')), _negated=True), _connector='OR'), name='action_verified_by_another')],
            },
        ),
        migrations.CreateModel(
            name='DecisionSource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='forums.decision')),
                ('title', models.CharField(max_length=300)),
                ('dated', models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(help_text='Business time')),
                ('by_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('by_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('principal_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.document')),
                ('motion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='votes', to='forums.motion')),
                ('voter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='vote', to='forums.voter')),
                ('choice', models.CharField(choices=[('for', 'for'), ('against', 'against'), ('abstain', 'abstain'), ('stood_aside', 'stood aside')], max_length=12)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['at', 'pk'],
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('principal', None), ('principal_post', None)), models.Q(('by_user__isnull', False), ('evidence__isnull', False)), _connector='OR'), name='forums_vote_principal_needs_evidence'), models.CheckConstraint(condition=models.Q(('choice', 'abstain'), models.Q(('reason', ''), _negated=True), _connector='OR'), name='vote_has_a_reason')],
            },
        ),
    ]
