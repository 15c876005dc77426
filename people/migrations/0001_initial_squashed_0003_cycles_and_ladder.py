import config.new_tables
import datetime
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [('people', '0001_initial'), ('people', '0002_continuity'), ('people', '0003_cycles_and_ladder')]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
    ]

    operations = [
        config.new_tables.CreateTables(
            models=[
                migrations.CreateModel(
                    name='User',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('password', models.CharField(max_length=128, verbose_name='password')),
                        ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                        ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('language', models.CharField(choices=[('en', 'English'), ('es', 'Spanish'), ('ms', 'Malay'), ('pt', 'Portuguese')], default='en', max_length=10, verbose_name='language')),
                        ('time_zone', models.CharField(blank=True, max_length=64, verbose_name='time zone')),
                        ('is_active', models.BooleanField(default=True)),
                        ('is_staff', models.BooleanField(default=False)),
                        ('is_system', models.BooleanField(default=False, help_text='An integration; cannot sign in')),
                        ('is_illustrative', models.BooleanField(default=False, help_text='An invented name in a demo')),
                        ('created_at', models.DateTimeField(auto_now_add=True)),
                        ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                        ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('email'), name='user_email_unique')],
                    },
                ),
                migrations.CreateModel(
                    name='Installation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('singleton', models.BooleanField(default=True, unique=True)),
                        ('kind', models.CharField(choices=[('demo', 'demonstration'), ('live', 'live')], max_length=4)),
                        ('clock_offset', models.DurationField(default=datetime.timedelta)),
                        ('setup_digest', models.CharField(blank=True, max_length=64)),
                        ('set_up_at', models.DateTimeField(blank=True, null=True)),
                        ('demo_loaded_at', models.DateTimeField(blank=True, null=True)),
                        ('demo_accounts', models.JSONField(blank=True, default=list, help_text='Accounts the sign-in page offers: email, label')),
                        ('demo_password', models.CharField(blank=True, max_length=40)),
                    ],
                    options={
                        'constraints': [models.CheckConstraint(condition=models.Q(('singleton', True)), name='one_installation')],
                    },
                ),
                migrations.CreateModel(
                    name='LocalHoliday',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('country', models.CharField(max_length=10)),
                        ('day', models.DateField()),
                        ('working', models.BooleanField(default=False, help_text='True: worked although a holiday')),
                        ('name', models.CharField(max_length=200)),
                    ],
                    options={
                        'ordering': ['country', 'day'],
                        'constraints': [models.UniqueConstraint(fields=('country', 'day'), name='one_override_per_day')],
                    },
                ),
                migrations.CreateModel(
                    name='Organisation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, unique=True, verbose_name='name')),
                        ('short_name', models.CharField(blank=True, max_length=40, verbose_name='short name')),
                        ('sector', models.CharField(choices=[('public', 'public'), ('private', 'private'), ('labour', 'labour'), ('civil_society', 'civil society'), ('academia', 'academia'), ('international', 'international')], default='public', max_length=20, verbose_name='sector')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='people.organisation')),
                        ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='predecessors', to='people.organisation')),
                        ('succeeded_on', models.DateField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['name'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('succeeded_on', None), ('successor', None)), models.Q(('succeeded_on__isnull', False), ('successor__isnull', False)), _connector='OR'), name='organisation_successor_has_a_date')],
                    },
                ),
                migrations.CreateModel(
                    name='ApiClient',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=100, verbose_name='name')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='api_clients', to=settings.AUTH_USER_MODEL)),
                        ('prefix', models.CharField(max_length=16, unique=True)),
                        ('digest', models.CharField(max_length=64)),
                        ('scopes', models.JSONField(default=list, help_text='Subset of: read, readings:write')),
                        ('created_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('last_used_at', models.DateTimeField(blank=True, null=True)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['name'],
                    },
                ),
                migrations.CreateModel(
                    name='Document',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file', models.FileField(upload_to='documents/%Y/%m/')),
                        ('name', models.CharField(max_length=200)),
                        ('content_type', models.CharField(max_length=100)),
                        ('size', models.PositiveIntegerField(help_text='Bytes')),
                        ('sha256', models.CharField(max_length=64)),
                        ('uploaded_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('uploaded_at', models.DateTimeField()),
                    ],
                    options={
                        'ordering': ['-uploaded_at'],
                    },
                ),
                migrations.CreateModel(
                    name='RoleGrant',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='role_grants', to=settings.AUTH_USER_MODEL)),
                        ('role', models.CharField(choices=[('administrator', 'administrator'), ('delivery_unit', 'delivery unit'), ('auditor', 'auditor')], max_length=20)),
                        ('granted_at', models.DateTimeField()),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('withdrawn_at', None)), fields=('user', 'role'), name='one_open_grant_per_role')],
                    },
                ),
                migrations.CreateModel(
                    name='Post',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='posts', to='people.organisation')),
                        ('title', models.CharField(max_length=200, verbose_name='title')),
                        ('rank', models.PositiveSmallIntegerField(default=50, help_text='1 is the highest; used for attendance by rank', verbose_name='rank')),
                        ('abolished_on', models.DateField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['organisation__name', 'rank', 'title'],
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'title'), name='one_post_per_title')],
                    },
                ),
                migrations.CreateModel(
                    name='Appointment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('post', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to='people.post')),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='appointments', to=settings.AUTH_USER_MODEL)),
                        ('starts_on', models.DateField()),
                        ('ends_on', models.DateField(blank=True, help_text='Last day in the post', null=True)),
                        ('acting', models.BooleanField(default=False)),
                    ],
                    options={
                        'ordering': ['-starts_on'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gte', models.F('starts_on')), _connector='OR'), name='appointment_ends_after_start'), models.UniqueConstraint(condition=models.Q(('acting', False), ('ends_on', None)), fields=('post',), name='one_open_substantive_appointment')],
                    },
                ),
                migrations.CreateModel(
                    name='Invitation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('email', models.EmailField(max_length=254, verbose_name='e-mail address')),
                        ('name', models.CharField(max_length=200, verbose_name='name')),
                        ('post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                        ('role', models.CharField(blank=True, choices=[('administrator', 'administrator'), ('delivery_unit', 'delivery unit'), ('auditor', 'auditor')], max_length=20, verbose_name='role')),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('invited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('invited_at', models.DateTimeField()),
                        ('expires_at', models.DateTimeField()),
                        ('accepted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('accepted_at', models.DateTimeField(blank=True, null=True)),
                        ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                    ],
                    options={
                        'ordering': ['-invited_at'],
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('accepted_at', None), ('accepted_by', None)), models.Q(('accepted_at__isnull', False), ('accepted_by__isnull', False)), _connector='OR'), name='invitation_accepted_by_and_at_together')],
                    },
                ),
                migrations.CreateModel(
                    name='Reorganisation',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('at', models.DateTimeField(help_text='Business time')),
                        ('kind', models.CharField(choices=[('rename', 'renamed'), ('merge', 'merged'), ('split', 'split')], max_length=6, verbose_name='what happens')),
                        ('on', models.DateField(verbose_name='as of')),
                        ('reason', models.TextField(verbose_name='reason')),
                        ('reference', models.CharField(blank=True, max_length=200, verbose_name='reference')),
                        ('told', models.JSONField(default=dict, help_text='What it did, in names as they then were')),
                        ('by_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                        ('by_user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('evidence', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.document')),
                        ('principal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('principal_post', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.post')),
                    ],
                    options={
                        'ordering': ['-on', '-pk'],
                        'abstract': False,
                        'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('principal', None), ('principal_post', None)), models.Q(('by_user__isnull', False), ('evidence__isnull', False)), _connector='OR'), name='people_reorganisation_principal_needs_evidence'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='reorganised_with_a_reason')],
                    },
                ),
                migrations.CreateModel(
                    name='PostMove',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('on', models.DateField()),
                        ('after', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('before', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.organisation')),
                        ('post', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='moves', to='people.post')),
                        ('reorganisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='moves', to='people.reorganisation')),
                    ],
                    options={
                        'ordering': ['on', 'pk'],
                        'constraints': [models.UniqueConstraint(fields=('post', 'reorganisation'), name='post_moves_once'), models.CheckConstraint(condition=models.Q(('before', models.F('after')), _negated=True), name='post_moves_elsewhere')],
                    },
                ),
                migrations.CreateModel(
                    name='OrganisationName',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200)),
                        ('short_name', models.CharField(blank=True, max_length=40)),
                        ('until_on', models.DateField()),
                        ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='names', to='people.organisation')),
                    ],
                    options={
                        'ordering': ['organisation', 'until_on'],
                        'constraints': [models.UniqueConstraint(fields=('organisation', 'until_on'), name='one_earlier_name_per_day')],
                    },
                ),
                migrations.CreateModel(
                    name='DeskRound',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('looked_at', models.DateTimeField(blank=True, db_index=True, null=True)),
                        ('digested_at', models.DateTimeField()),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='desk_round', to=settings.AUTH_USER_MODEL)),
                    ],
                ),
                migrations.CreateModel(
                    name='NoticeSettings',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(choices=[('daily', 'each working day'), ('weekly', 'once a week')], default='daily', max_length=8, verbose_name='digest by e-mail')),
                        ('weekday', models.PositiveSmallIntegerField(choices=[(0, 'Monday'), (1, 'Tuesday'), (2, 'Wednesday'), (3, 'Thursday'), (4, 'Friday'), (5, 'Saturday'), (6, 'Sunday')], default=0, verbose_name='day of the weekly digest')),
                        ('digest_at', models.TimeField(default=datetime.time(7, 0), verbose_name='time of the digest')),
                        ('at_once', models.BooleanField(default=True, verbose_name='e-mail at once what is mine to decide')),
                        ('quiet_from', models.TimeField(default=datetime.time(19, 0), verbose_name='quiet from')),
                        ('quiet_until', models.TimeField(default=datetime.time(7, 0), verbose_name='quiet until')),
                        ('quiet_days_off', models.BooleanField(default=True, verbose_name='quiet on Saturdays and Sundays')),
                        ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='notice_settings', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name_plural': 'notice settings',
                    },
                ),
                migrations.CreateModel(
                    name='CalendarFeed',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('digest', models.CharField(max_length=64, unique=True)),
                        ('forum_key', models.CharField(blank=True, help_text='Empty: all of them', max_length=64)),
                        ('made_at', models.DateTimeField()),
                        ('last_used_at', models.DateTimeField(blank=True, null=True)),
                        ('revoked_at', models.DateTimeField(blank=True, null=True)),
                        ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calendar_feeds', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'constraints': [models.UniqueConstraint(condition=models.Q(('revoked_at', None)), fields=('user', 'forum_key'), name='one_open_feed_per_person_and_forum')],
                    },
                ),
            ],
        ),
    ]
