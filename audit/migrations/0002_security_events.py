"""The log of security events: parted by month as that of readings, and written by the database where roles change."""

import django.contrib.postgres.indexes
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

PARTS = """
-- Nobody changes or removes an event.  The rule on rows is copied to every part; the one on TRUNCATE is not.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON audit_securityevent
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_securityevent
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TABLE audit_securityevent_default PARTITION OF audit_securityevent DEFAULT;
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON audit_securityevent_default
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Of what is noted once an hour no finer time is kept.
ALTER TABLE audit_securityevent ADD CONSTRAINT event_by_the_hour CHECK (
    what NOT IN ('throttled', 'refused') OR mod(extract(epoch FROM at), 3600) = 0
);

-- Makes the parts of one table of the log; returns how many it made.  A month of which rows lie in the default
-- part already stays there.  Nobody but the owner's own functions may use it.
CREATE FUNCTION audit_make_months_of(parted text, day date) RETURNS integer LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    first timestamptz := date_trunc('month', day::timestamp) AT TIME ZONE 'UTC';
    month timestamptz;
    part text;
    is_used boolean;
    made integer := 0;
BEGIN
    FOR ahead IN 0..3 LOOP
        month := first + make_interval(months => ahead);
        part := parted || '_' || to_char(month AT TIME ZONE 'UTC', 'YYYY_MM');
        CONTINUE WHEN to_regclass('public.' || part) IS NOT NULL;
        EXECUTE format(
            'SELECT EXISTS (SELECT FROM public.%I WHERE at >= %L AND at < %L)',
            parted || '_default', month, month + interval '1 month'
        ) INTO is_used;
        CONTINUE WHEN is_used;
        EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.%I FOR VALUES FROM (%L) TO (%L)',
            part, parted, month, month + interval '1 month'
        );
        EXECUTE format(
            'CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON public.%I'
            ' FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()', part
        );
        made := made + 1;
    END LOOP;
    RETURN made;
END $$;
REVOKE EXECUTE ON FUNCTION audit_make_months_of(text, date) FROM PUBLIC;

-- Makes the parts of a day's month and of the three after it, of every table of the log that is parted: a later
-- one is born with its months.
CREATE OR REPLACE FUNCTION audit_make_months(day date) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    parted text;
    made integer := 0;
BEGIN
    -- Two at once would both find it missing.
    PERFORM pg_advisory_xact_lock(hashtext('audit_make_months'));
    FOR parted IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind = 'p' AND starts_with(relname, 'audit_')
        ORDER BY relname
    LOOP
        made := made + public.audit_make_months_of(parted, day);
    END LOOP;
    RETURN made;
END $$;

-- Tells whether rows of the log were written for which no month had been made.
CREATE OR REPLACE FUNCTION audit_default_is_used() RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM public.audit_reading_default)
        OR EXISTS (SELECT FROM public.audit_securityevent_default)
$$;
SELECT audit_make_months(current_date);
"""

# A statement writes its rows at once, however many: whoever gives roles in bulk, or by SQL, is told of too.
# The one who gives or ends a role has said so in kvalitet.actor; an import and a command have not.
ROLES = """
CREATE FUNCTION audit_actor() RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT nullif(current_setting('kvalitet.actor', true), '')::bigint
$$;

CREATE FUNCTION audit_role_given() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_securityevent (at, what, account_id, about_id, role, unit_id, page)
    SELECT statement_timestamp(), 'role_given', audit_actor(), user_id, role, unit_id, '' FROM now_held;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_role_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_securityevent (at, what, account_id, about_id, role, unit_id, page)
    SELECT statement_timestamp(),
        CASE WHEN now_held.valid_to < coalesce(was_held.valid_to, 'infinity') THEN 'role_ended' ELSE 'role_changed' END,
        audit_actor(), now_held.user_id, now_held.role, now_held.unit_id, ''
    FROM was_held JOIN now_held USING (id)
    WHERE (was_held.user_id, was_held.role, was_held.unit_id, was_held.valid_from, was_held.valid_to)
        IS DISTINCT FROM (now_held.user_id, now_held.role, now_held.unit_id, now_held.valid_from, now_held.valid_to);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_role_removed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_securityevent (at, what, account_id, about_id, role, unit_id, page)
    SELECT statement_timestamp(), 'role_ended', audit_actor(), user_id, role, unit_id, '' FROM was_held;
    RETURN NULL;
END $$;

CREATE FUNCTION audit_account_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_securityevent (at, what, account_id, about_id, role, page)
    VALUES (statement_timestamp(), CASE WHEN NEW.is_active THEN 'account_opened' ELSE 'account_closed' END,
        audit_actor(), NEW.id, '', '');
    RETURN NULL;
END $$;

CREATE TRIGGER audit_account_closed AFTER UPDATE ON organisation_user
    FOR EACH ROW WHEN (OLD.is_active <> NEW.is_active) EXECUTE FUNCTION audit_account_closed();
CREATE TRIGGER audit_role_given AFTER INSERT ON organisation_membership
    REFERENCING NEW TABLE AS now_held FOR EACH STATEMENT EXECUTE FUNCTION audit_role_given();
CREATE TRIGGER audit_role_changed AFTER UPDATE ON organisation_membership
    REFERENCING OLD TABLE AS was_held NEW TABLE AS now_held FOR EACH STATEMENT EXECUTE FUNCTION audit_role_changed();
CREATE TRIGGER audit_role_removed AFTER DELETE ON organisation_membership
    REFERENCING OLD TABLE AS was_held FOR EACH STATEMENT EXECUTE FUNCTION audit_role_removed();
"""


class CreateParted(migrations.CreateModel):
    """Create a table that is parted by when its rows were written."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, *states: object
    ) -> None:
        """Create the table and its indexes, which every part gets too."""
        usual = schema_editor.sql_create_table
        schema_editor.sql_create_table = f"{usual} PARTITION BY RANGE (at)"
        try:
            super().database_forwards(app_label, schema_editor, *states)
        finally:
            schema_editor.sql_create_table = usual


class Migration(migrations.Migration):

    dependencies = [
        ('audit', '0001_readings'),
        ('organisation', '0002_roles_and_alarms'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunSQL('CREATE SEQUENCE audit_securityevent_id_seq AS bigint'),
        CreateParted(
            name='SecurityEvent',
            fields=[
                ('pk', models.CompositePrimaryKey('id', 'at', blank=True, editable=False, primary_key=True, serialize=False)),
                ('id', models.BigIntegerField(db_default=models.Func(models.Value('audit_securityevent_id_seq'), function='nextval'), editable=False)),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('what', models.CharField(choices=[('signed_in', 'loggade in'), ('wrong_password', 'fel lösenord'), ('throttled', 'fick vänta efter många försök'), ('signed_out', 'loggade ut'), ('session_ended', 'inloggningen avslutades'), ('password_changed', 'nytt lösenord'), ('refused', 'fick inte se sidan'), ('role_given', 'fick en roll'), ('role_changed', 'en roll ändrades'), ('role_ended', 'en roll fick en sista dag'), ('account_closed', 'kontot stängdes'), ('account_opened', 'kontot öppnades igen'), ('exported', 'tog ut en lista som fil'), ('glass_broken', 'nödöppnade ett ärende')], max_length=20)),
                ('role', models.CharField(blank=True, max_length=30)),
                ('page', models.CharField(blank=True, max_length=80)),
                ('count', models.PositiveIntegerField(null=True)),
                ('about', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('account', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'ordering': ['-at', '-id'],
                'indexes': [models.Index(fields=['account', 'at'], name='event_of_account'), models.Index(fields=['about', 'at'], name='event_about'), django.contrib.postgres.indexes.BrinIndex(fields=['at'], name='event_at')],
                'constraints': [models.CheckConstraint(condition=models.Q(('what__in', ['signed_in', 'wrong_password', 'throttled', 'signed_out', 'session_ended', 'password_changed', 'refused', 'role_given', 'role_changed', 'role_ended', 'account_closed', 'account_opened', 'exported', 'glass_broken'])), name='event_known_what'), models.CheckConstraint(condition=models.Q(models.Q(('about__isnull', False), ('what__in', ('role_given', 'role_changed', 'role_ended', 'account_closed', 'account_opened'))), models.Q(models.Q(('what__in', ('role_given', 'role_changed', 'role_ended', 'account_closed', 'account_opened')), _negated=True), ('about__isnull', True)), _connector='OR'), name='event_about_somebody'), models.CheckConstraint(condition=models.Q(models.Q(('unit__isnull', False), ('what__in', ('role_given', 'role_changed', 'role_ended')), models.Q(('role', ''), _negated=True)), models.Q(models.Q(('what__in', ('role_given', 'role_changed', 'role_ended')), _negated=True), ('role', ''), ('unit__isnull', True)), _connector='OR'), name='event_of_a_role'), models.CheckConstraint(condition=models.Q(models.Q(('count__isnull', False), ('what', 'exported')), models.Q(models.Q(('what', 'exported'), _negated=True), ('count__isnull', True)), _connector='OR'), name='event_count_of_export'), models.UniqueConstraint(condition=models.Q(('what__in', ('throttled', 'refused'))), fields=('at', 'what', 'account', 'page'), name='event_once_an_hour', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL('ALTER SEQUENCE audit_securityevent_id_seq OWNED BY audit_securityevent.id'),
        migrations.RunSQL(PARTS),
        migrations.RunSQL(ROLES),
    ]
