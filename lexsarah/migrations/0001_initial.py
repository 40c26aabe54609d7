"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import casework.database.encrypted_fields
import datetime
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Figures to count again are marked a statement, from its changed rows: a bulk import costs one insert.
CREATE FUNCTION lexsarah_lexsarahcase_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT c.subject, c.unit_id FROM new_rows r JOIN casework_case c ON c.id = r.case_ptr_id;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT c.subject, c.unit_id FROM old_rows r JOIN casework_case c ON c.id = r.case_ptr_id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER recount_update AFTER UPDATE ON lexsarah_lexsarahcase
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION lexsarah_lexsarahcase_recount();
CREATE FUNCTION lexsarah_lexsarahreport_recount() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT 'lexsarah', r.unit_id FROM new_rows r ;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO casework_recount (subject, unit_id)
        SELECT DISTINCT 'lexsarah', r.unit_id FROM old_rows r ;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER recount_insert AFTER INSERT ON lexsarah_lexsarahreport
    REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION lexsarah_lexsarahreport_recount();
CREATE TRIGGER recount_update AFTER UPDATE ON lexsarah_lexsarahreport
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION lexsarah_lexsarahreport_recount();
CREATE TRIGGER recount_delete AFTER DELETE ON lexsarah_lexsarahreport
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION lexsarah_lexsarahreport_recount();

-- Rows are added, never changed or removed.
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON lexsarah_decision
    FOR EACH ROW EXECUTE FUNCTION refuse_change('case_id');
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON lexsarah_decision
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON lexsarah_acknowledgement
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON lexsarah_acknowledgement
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON lexsarah_policy
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only_truncate BEFORE TRUNCATE ON lexsarah_policy
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Asked when the transaction ends: whatever code marks an event, it is reported to the investigator with it or not
-- marked at all (SoL 27 kap. 2 §).
CREATE FUNCTION marked_is_reported() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM deviations_deviation d WHERE d.case_ptr_id = NEW.case_ptr_id
        AND (d.state = 'escalated' OR d.misconduct IN ('tangible_risk', 'misconduct'))
    ) AND NOT EXISTS (SELECT 1 FROM lexsarah_lexsarahreport WHERE deviation_id = NEW.case_ptr_id) THEN
        RAISE EXCEPTION 'deviation % is marked as misconduct and not reported', NEW.case_ptr_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER marked_is_reported AFTER INSERT OR UPDATE OF state, misconduct
    ON deviations_deviation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.misconduct <> '' AND NEW.misconduct <> 'no' OR NEW.state = 'escalated')
    EXECUTE FUNCTION marked_is_reported();
"""
UNDO = """
DROP FUNCTION lexsarah_lexsarahcase_recount() CASCADE;
DROP FUNCTION lexsarah_lexsarahreport_recount() CASCADE;
DROP FUNCTION marked_is_reported() CASCADE;
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('lexsarah', '0002_initial'),
        ('lexsarah', '0003_recount'),
        ('lexsarah', '0004_process'),
        ('lexsarah', '0005_notified_before_decided'),
        ('lexsarah', '0006_decisions_go_with_their_case'),
    ]

    dependencies = [
        ('casework', '0001_initial'),
        ('deviations', '0001_initial'),
        ('organisation', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Information',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='rubrik')),
                ('text', models.TextField(verbose_name='text')),
                ('begins_on', models.DateField(verbose_name='visas från')),
                ('due_on', models.DateField(verbose_name='klart senast')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='förvaltning')),
            ],
            options={
                'ordering': ['-begins_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Acknowledgement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('on', models.DateField(verbose_name='dag')),
                ('how', models.CharField(choices=[('read', 'läste själv'), ('meeting', 'på arbetsplatsträff'), ('start', 'vid introduktionen')], max_length=10, verbose_name='hur')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('information', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='acknowledgements', to='lexsarah.information')),
            ],
        ),
        migrations.CreateModel(
            name='LexSarahCase',
            fields=[
                ('case_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='casework.case')),
                ('state', models.CharField(choices=[('reported', 'ny'), ('investigating', 'utreds'), ('proposed', 'väntar på beslut'), ('decided', 'beslutad'), ('closed', 'avslutad'), ('returned', 'tillbaka hos chefen'), ('joined', 'ingår i ett annat ärende')], default='reported', max_length=20, verbose_name='läge')),
                ('type', models.CharField(blank=True, max_length=100, verbose_name='typ av händelse')),
                ('area', models.CharField(choices=[('sol', 'socialtjänstlagen'), ('lss', 'LSS')], default='sol', max_length=5, verbose_name='lag')),
                ('begun_on', models.DateField(blank=True, null=True, verbose_name='togs emot')),
                ('immediate_measures', models.TextField(blank=True, verbose_name='omedelbara åtgärder')),
                ('immediate_measures_on', models.DateField(blank=True, null=True, verbose_name='omedelbara åtgärder')),
                ('event', models.TextField(blank=True, verbose_name='vad som hände, och följderna')),
                ('noticed', models.TextField(blank=True, verbose_name='när och hur det uppmärksammades')),
                ('happened', models.TextField(blank=True, verbose_name='när det hände')),
                ('cause_level', models.CharField(blank=True, choices=[('system', 'organisation'), ('team', 'arbetsgrupp'), ('individual', 'enskild')], max_length=20, verbose_name='orsakens nivå')),
                ('cause_area', models.CharField(blank=True, max_length=100, verbose_name='orsaksområde')),
                ('causes', models.TextField(blank=True, verbose_name='varför det hände')),
                ('organisation_part', models.TextField(blank=True, verbose_name='organisationens del')),
                ('happened_before', models.TextField(blank=True, verbose_name='om något liknande har hänt förut')),
                ('may_recur', models.TextField(blank=True, verbose_name='om det kan hända igen')),
                ('other_findings', models.TextField(blank=True, verbose_name='vad som i övrigt kom fram')),
                ('unexpected_death', models.BooleanField(db_default=False, default=False, verbose_name='oväntat dödsfall')),
                ('assessment', models.TextField(blank=True, verbose_name='bedömning')),
                ('proposed_degree', models.CharField(blank=True, choices=[('none', 'inget missförhållande'), ('tangible_risk', 'påtaglig risk för missförhållande'), ('misconduct', 'missförhållande'), ('tangible_risk_serious', 'påtaglig risk för allvarligt missförhållande'), ('serious_misconduct', 'allvarligt missförhållande')], max_length=30, verbose_name='föreslagen bedömning')),
                ('summary', models.TextField(blank=True, verbose_name='sammanfattning utan identitet')),
                ('no_measures_reason', models.TextField(blank=True, verbose_name='varför inga fler åtgärder behövs')),
                ('investigated_on', models.DateField(blank=True, null=True, verbose_name='utredningen blev klar')),
                ('decided_on', models.DateField(blank=True, null=True, verbose_name='beslutades')),
                ('decided_by', models.CharField(blank=True, choices=[('investigator', 'lex Sarah-utredare'), ('committee', 'arbetsutskottet'), ('chair', 'ordföranden'), ('board', 'nämnden')], max_length=20, verbose_name='beslutades av')),
                ('degree', models.CharField(blank=True, choices=[('none', 'inget missförhållande'), ('tangible_risk', 'påtaglig risk för missförhållande'), ('misconduct', 'missförhållande'), ('tangible_risk_serious', 'påtaglig risk för allvarligt missförhållande'), ('serious_misconduct', 'allvarligt missförhållande')], max_length=30, verbose_name='bedömning')),
                ('notify_decided_on', models.DateField(blank=True, null=True, verbose_name='anmälan beslutades')),
                ('ivo_decided_by', models.CharField(blank=True, choices=[('investigator', 'lex Sarah-utredare'), ('committee', 'arbetsutskottet'), ('chair', 'ordföranden'), ('board', 'nämnden')], max_length=20, verbose_name='anmälan beslutades av')),
                ('ivo_notified_on', models.DateField(blank=True, null=True, verbose_name='anmäldes till IVO')),
                ('investigation_sent_on', models.DateField(blank=True, null=True, verbose_name='utredningen skickades till IVO')),
                ('ivo_outcome', models.CharField(blank=True, choices=[('waiting', 'väntar'), ('closed', 'avslutat utan åtgärd'), ('remarks', 'avslutat med kritik')], max_length=20, verbose_name='IVO:s svar')),
                ('ivo_answered_on', models.DateField(blank=True, null=True, verbose_name='IVO svarade')),
                ('ivo_registry_number', models.CharField(blank=True, max_length=60, verbose_name='IVO:s diarienummer')),
                ('ivo_remarks', models.TextField(blank=True, verbose_name='vad IVO skrev')),
                ('registry_number', models.CharField(blank=True, max_length=60, verbose_name='diarienummer')),
                ('answer', models.TextField(blank=True, verbose_name='återkoppling till den som rapporterade')),
                ('no_answer_reason', models.TextField(blank=True, verbose_name='varför ingen återkoppling lämnas')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='återkopplades')),
                ('informed_on', models.DateField(blank=True, null=True, verbose_name='den berörda informerades')),
                ('informed_how', models.TextField(blank=True, verbose_name='hur den berörda informerades')),
                ('not_informed_reason', models.TextField(blank=True, verbose_name='varför den berörda inte informeras')),
                ('noted_in_file', models.BooleanField(db_default=False, default=False, verbose_name='noterat i personakten')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('begun_on__isnull', True), models.Q(('begun_on__gte', datetime.date(1900, 1, 1)), ('begun_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('immediate_measures_on__isnull', True), models.Q(('immediate_measures_on__gte', datetime.date(1900, 1, 1)), ('immediate_measures_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('investigated_on__isnull', True), models.Q(('investigated_on__gte', datetime.date(1900, 1, 1)), ('investigated_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('decided_on__isnull', True), models.Q(('decided_on__gte', datetime.date(1900, 1, 1)), ('decided_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('notify_decided_on__isnull', True), models.Q(('notify_decided_on__gte', datetime.date(1900, 1, 1)), ('notify_decided_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('ivo_notified_on__isnull', True), models.Q(('ivo_notified_on__gte', datetime.date(1900, 1, 1)), ('ivo_notified_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('investigation_sent_on__isnull', True), models.Q(('investigation_sent_on__gte', datetime.date(1900, 1, 1)), ('investigation_sent_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('ivo_answered_on__isnull', True), models.Q(('ivo_answered_on__gte', datetime.date(1900, 1, 1)), ('ivo_answered_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('answered_on__isnull', True), models.Q(('answered_on__gte', datetime.date(1900, 1, 1)), ('answered_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('informed_on__isnull', True), models.Q(('informed_on__gte', datetime.date(1900, 1, 1)), ('informed_on__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='lexsarah_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'), models.CheckConstraint(condition=models.Q(('state__in', ['reported', 'investigating', 'proposed', 'decided', 'closed', 'returned', 'joined']), ('area__in', ['sol', 'lss']), ('cause_level__in', ['', 'system', 'team', 'individual']), ('proposed_degree__in', ['', 'none', 'tangible_risk', 'misconduct', 'tangible_risk_serious', 'serious_misconduct'])), name='lexsarah_known_words'), models.CheckConstraint(condition=models.Q(models.Q(('decided_on__isnull', False), ('state__in', ['decided', 'closed'])), models.Q(('decided_on', None), ('state__in', ['reported', 'investigating', 'proposed', 'returned', 'joined'])), _connector='OR'), name='lexsarah_state_agrees_with_decision'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'proposed'), _negated=True), models.Q(models.Q(('proposed_degree', ''), _negated=True), models.Q(('summary', ''), _negated=True)), _connector='OR'), name='lexsarah_proposal_is_whole', violation_error_message='Ett förslag ska ha bedömning och sammanfattning.'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', ''), ('decided_on', None), ('degree', '')), models.Q(('decided_on__isnull', False), ('decided_by__in', ['investigator', 'committee', 'chair', 'board']), ('degree__in', ['none', 'tangible_risk', 'misconduct', 'tangible_risk_serious', 'serious_misconduct'])), _connector='OR'), name='lexsarah_decision_is_whole', violation_error_message='Ett beslut ska ha datum, beslutsfattare och bedömning.'), models.CheckConstraint(condition=models.Q(models.Q(('ivo_decided_by', ''), ('ivo_notified_on', None), ('notify_decided_on', None)), ('ivo_decided_by__in', ['investigator', 'committee', 'chair', 'board']), _connector='OR'), name='lexsarah_notification_is_decided', violation_error_message='En anmälan till IVO ska ha en beslutsfattare.'), models.CheckConstraint(condition=models.Q(models.Q(('ivo_notified_on', None), ('ivo_outcome', '')), models.Q(('ivo_notified_on__isnull', False), ('ivo_outcome__in', ['waiting', 'closed', 'remarks'])), _connector='OR'), name='lexsarah_notification_is_whole', violation_error_message='En anmälan till IVO ska ha datum, beslutsfattare och utfall.'), models.CheckConstraint(condition=models.Q(models.Q(('ivo_notified_on', None), ('notify_decided_on', None)), ('degree__in', ['', 'tangible_risk_serious', 'serious_misconduct']), models.Q(('ivo_notified_on__isnull', False), ('ivo_notified_on__lte', models.F('decided_on'))), _connector='OR'), name='lexsarah_only_serious_goes_to_ivo', violation_error_message='Bara allvarliga missförhållanden och risker för sådana anmäls.'), models.CheckConstraint(condition=models.Q(('investigation_sent_on', None), models.Q(('investigation_sent_on__gte', models.F('ivo_notified_on')), ('ivo_notified_on__isnull', False)), _connector='OR'), name='lexsarah_investigation_follows_notification', violation_error_message='Utredningen kan inte skickas före anmälan.'), models.CheckConstraint(condition=models.Q(('ivo_answered_on', None), models.Q(('ivo_answered_on__gte', models.F('ivo_notified_on')), ('ivo_outcome__in', ['closed', 'remarks'])), _connector='OR'), name='lexsarah_ivo_answers_a_notification', violation_error_message='IVO:s svar kan inte komma före anmälan.')],
            },
            bases=('casework.case',),
        ),
        migrations.CreateModel(
            name='Concerned',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', casework.database.encrypted_fields.SealedTextField(verbose_name='namn')),
                ('reference', casework.database.encrypted_fields.SealedTextField(blank=True, verbose_name='var uppgifterna finns')),
                ('added_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('form_token', models.UUIDField(editable=False, unique=True)),
                ('added_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='concerned', to='lexsarah.lexsarahcase')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.CreateModel(
            name='LexSarahReport',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=40, unique=True, verbose_name='nummer')),
                ('occurred_on', models.DateField(blank=True, null=True, verbose_name='inträffade')),
                ('received_on', models.DateField(verbose_name='inkom')),
                ('description', models.TextField(verbose_name='vad som hände')),
                ('act', models.CharField(blank=True, choices=[('act', 'något gjordes som inte skulle ha gjorts'), ('omission', 'något gjordes inte som skulle ha gjorts')], max_length=10, verbose_name='handling eller underlåtenhet')),
                ('noticed', models.TextField(blank=True, verbose_name='när och hur det upptäcktes')),
                ('measures_taken', models.TextField(blank=True, verbose_name='vad som gjordes genast')),
                ('happened_before', models.TextField(blank=True, verbose_name='om det har hänt förut')),
                ('unexpected_death', models.BooleanField(db_default=False, default=False, verbose_name='oväntat dödsfall')),
                ('told_police', models.BooleanField(db_default=False, default=False, verbose_name='polisanmält')),
                ('complemented_at', models.DateTimeField(editable=False, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reports', to='lexsarah.lexsarahcase')),
                ('deviation', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lexsarah_reports', to='deviations.deviation')),
                ('reporter', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lexsarah_reports', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit')),
            ],
            options={
                'ordering': ['received_on', 'number'],
            },
        ),
        migrations.CreateModel(
            name='Meeting',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.CharField(choices=[('investigator', 'lex Sarah-utredare'), ('committee', 'arbetsutskottet'), ('chair', 'ordföranden'), ('board', 'nämnden')], max_length=20, verbose_name='vilka som sammanträder')),
                ('on', models.DateField(verbose_name='dag')),
                ('created_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='förvaltning')),
            ],
            options={
                'ordering': ['-on', 'body'],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('outcome', models.CharField(choices=[('decided', 'beslut'), ('sent_back', 'återremiss'), ('notify', 'beslut om anmälan')], max_length=20)),
                ('body', models.CharField(choices=[('investigator', 'lex Sarah-utredare'), ('committee', 'arbetsutskottet'), ('chair', 'ordföranden'), ('board', 'nämnden')], max_length=20, verbose_name='beslutsfattare')),
                ('on', models.DateField(verbose_name='beslutsdag')),
                ('paragraph', models.CharField(blank=True, max_length=20, verbose_name='paragraf')),
                ('degree', models.CharField(blank=True, choices=[('none', 'inget missförhållande'), ('tangible_risk', 'påtaglig risk för missförhållande'), ('misconduct', 'missförhållande'), ('tangible_risk_serious', 'påtaglig risk för allvarligt missförhållande'), ('serious_misconduct', 'allvarligt missförhållande')], max_length=30, verbose_name='bedömning')),
                ('approves_measures', models.BooleanField(null=True, verbose_name='åtgärderna är tillräckliga')),
                ('notifies', models.BooleanField(default=False, verbose_name='anmäls till IVO')),
                ('reason', models.TextField(blank=True, verbose_name='skäl')),
                ('recorded_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='lexsarah.lexsarahcase')),
                ('meeting', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='lexsarah.meeting')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='OtherDuty',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('lex_maria', 'lex Maria: vårdskada eller risk för vårdskada'), ('data_breach', 'personuppgiftsincident'), ('police', 'polisanmälan')], max_length=20, verbose_name='vad')),
                ('known_at', models.DateTimeField(verbose_name='när det blev känt')),
                ('done_at', models.DateTimeField(blank=True, null=True, verbose_name='när det gjordes')),
                ('reference', models.CharField(blank=True, max_length=200, verbose_name='diarienummer eller mottagare')),
                ('reason', models.TextField(blank=True, verbose_name='varför inte')),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='other_duties', to='casework.case')),
                ('recorded_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['known_at', 'kind'],
            },
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('finding_by', models.CharField(choices=[('investigator', 'lex Sarah-utredaren'), ('committee', 'arbetsutskottet'), ('board', 'nämnden')], max_length=20, verbose_name='vem avgör om det är ett missförhållande')),
                ('measures_by', models.CharField(choices=[('investigator', 'lex Sarah-utredaren'), ('committee', 'arbetsutskottet'), ('board', 'nämnden')], max_length=20, verbose_name='vem godkänner åtgärderna')),
                ('serious_by', models.CharField(choices=[('investigator', 'lex Sarah-utredaren'), ('committee', 'arbetsutskottet'), ('board', 'nämnden')], max_length=20, verbose_name='vem avgör om det är allvarligt och anmäls')),
                ('chair_may_decide', models.BooleanField(default=True, verbose_name='ordföranden får besluta om anmälan')),
                ('chief_keeps_reading', models.BooleanField(default=True, verbose_name='chefen läser medan utredaren utreder')),
                ('receive_days', models.PositiveSmallIntegerField(default=0, verbose_name='ta emot')),
                ('measures_days', models.PositiveSmallIntegerField(default=1, verbose_name='omedelbara åtgärder')),
                ('investigate_days', models.PositiveSmallIntegerField(default=60, verbose_name='utreda och besluta')),
                ('notify_days', models.PositiveSmallIntegerField(default=1, verbose_name='anmäla till IVO')),
                ('feedback_days', models.PositiveSmallIntegerField(default=10, verbose_name='återkoppla')),
                ('board_name', models.CharField(blank=True, max_length=200, verbose_name='nämndens namn')),
                ('contact_name', models.CharField(blank=True, max_length=200, verbose_name='kontaktperson')),
                ('contact_phone', models.CharField(blank=True, max_length=60, verbose_name='telefon')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='e-post')),
                ('contact_address', models.TextField(blank=True, verbose_name='postadress')),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisation.unit', verbose_name='förvaltning')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='information',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('begins_on__isnull', True), models.Q(('begins_on__gte', datetime.date(1900, 1, 1)), ('begins_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('due_on__isnull', True), models.Q(('due_on__gte', datetime.date(1900, 1, 1)), ('due_on__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='information_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='information',
            constraint=models.UniqueConstraint(fields=('unit', 'begins_on'), name='information_begins_once'),
        ),
        migrations.AddConstraint(
            model_name='information',
            constraint=models.CheckConstraint(condition=models.Q(('due_on__gte', models.F('begins_on'))), name='information_ends_after_it_begins', violation_error_message='Sista dagen kan inte vara före den första.'),
        ),
        migrations.AddConstraint(
            model_name='information',
            constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='information_says_something'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(('on__isnull', True), models.Q(('on__gte', datetime.date(1900, 1, 1)), ('on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='acknowledgement_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.UniqueConstraint(fields=('information', 'user'), name='acknowledged_once'),
        ),
        migrations.AddConstraint(
            model_name='acknowledgement',
            constraint=models.CheckConstraint(condition=models.Q(('how__in', ['read', 'meeting', 'start'])), name='acknowledgement_known_how'),
        ),
        migrations.AddConstraint(
            model_name='concerned',
            constraint=models.UniqueConstraint(fields=('case', 'position'), name='concerned_position_once'),
        ),
        migrations.AddConstraint(
            model_name='concerned',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='concerned_has_a_name'),
        ),
        migrations.AddConstraint(
            model_name='lexsarahreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('occurred_on__isnull', True), models.Q(('occurred_on__gte', datetime.date(1900, 1, 1)), ('occurred_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), models.Q(('received_on__isnull', True), models.Q(('received_on__gte', datetime.date(1900, 1, 1)), ('received_on__lt', datetime.date(2200, 1, 1))), _connector='OR')), name='lexsarah_report_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='lexsarahreport',
            constraint=models.CheckConstraint(condition=models.Q(('occurred_on', None), ('occurred_on__lte', models.F('received_on')), _connector='OR'), name='lexsarah_report_occurs_before_it_is_received'),
        ),
        migrations.AddConstraint(
            model_name='lexsarahreport',
            constraint=models.CheckConstraint(condition=models.Q(('act__in', ['', 'act', 'omission'])), name='lexsarah_report_known_act'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('on__isnull', True), models.Q(('on__gte', datetime.date(1900, 1, 1)), ('on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='meeting_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.UniqueConstraint(fields=('unit', 'body', 'on'), name='meeting_once_a_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('body__in', ['committee', 'board'])), name='meeting_of_committee_or_board'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('on__isnull', True), models.Q(('on__gte', datetime.date(1900, 1, 1)), ('on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='decision_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('body__in', ['investigator', 'committee', 'chair', 'board'])), name='decision_known_body'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('degree__in', ['none', 'tangible_risk', 'misconduct', 'tangible_risk_serious', 'serious_misconduct']), ('outcome', 'decided')), models.Q(('degree', ''), ('notifies', False), ('outcome', 'sent_back'), models.Q(('reason', ''), _negated=True)), models.Q(('degree', ''), ('notifies', True), ('outcome', 'notify')), _connector='OR'), name='decision_says_what_it_is'),
        ),
        migrations.AddConstraint(
            model_name='decision',
            constraint=models.CheckConstraint(condition=models.Q(('notifies', False), ('degree__in', ['', 'tangible_risk_serious', 'serious_misconduct']), _connector='OR'), name='decision_notifies_what_is_serious'),
        ),
        migrations.AddConstraint(
            model_name='otherduty',
            constraint=models.UniqueConstraint(fields=('case', 'kind'), name='other_duty_once'),
        ),
        migrations.AddConstraint(
            model_name='otherduty',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['lex_maria', 'data_breach', 'police'])), name='other_duty_known_kind'),
        ),
        migrations.AddConstraint(
            model_name='otherduty',
            constraint=models.CheckConstraint(condition=models.Q(('done_at', None), ('done_at__gte', models.F('known_at')), _connector='OR'), name='other_duty_done_after_it_is_known', violation_error_message='Det kan inte ha gjorts innan det blev känt.'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('finding_by__in', ['investigator', 'committee', 'board']), ('measures_by__in', ['investigator', 'committee', 'board']), ('serious_by__in', ['investigator', 'committee', 'board'])), name='policy_known_bodies'),
        ),
        migrations.AddConstraint(
            model_name='policy',
            constraint=models.CheckConstraint(condition=models.Q(('investigate_days__gte', 1)), name='policy_leaves_time_to_investigate'),
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
