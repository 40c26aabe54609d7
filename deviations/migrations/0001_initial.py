"""What release 0.7.0 had in its database: tables as makemigrations wrote them, and what they guard."""

import casework.database.encrypted_fields
import datetime
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models

GUARDS = """
-- Figures to count again are marked a statement, from its changed rows: a bulk import costs one insert.
CREATE FUNCTION deviations_deviation_recount() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER recount_update AFTER UPDATE ON deviations_deviation
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION deviations_deviation_recount();

-- Asked when the transaction ends: whatever code says that the consequences were less than was reported, the
-- latest change of them in the history says the same, and why.
CREATE FUNCTION deviation_gravity(consequence text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE consequence
        WHEN 'occurred' THEN 3 WHEN 'tangible_risk' THEN 2 WHEN 'possible' THEN 1 ELSE 0 END
$$;
CREATE FUNCTION lowered_with_a_reason() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM (
            SELECT * FROM public.casework_change WHERE case_id = NEW.case_ptr_id
            AND model = 'deviations.deviation' AND field = 'consequence' ORDER BY id DESC LIMIT 1
        ) latest
        WHERE latest.before = OLD.consequence AND latest.after = NEW.consequence AND latest.reason <> ''
    ) THEN
        RAISE EXCEPTION 'the consequence of deviation % is lowered without a reason', NEW.case_ptr_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lowered_with_a_reason AFTER UPDATE OF consequence
    ON deviations_deviation DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (deviation_gravity(NEW.consequence) < deviation_gravity(OLD.consequence))
    EXECUTE FUNCTION lowered_with_a_reason();
"""
UNDO = """
DROP FUNCTION deviations_deviation_recount() CASCADE;
DROP FUNCTION lowered_with_a_reason() CASCADE;
DROP FUNCTION deviation_gravity(text);
"""


class Migration(migrations.Migration):

    initial = True
    # Those of 0.7.0; the first of them had the name of this one.
    replaces = [
        ('deviations', '0002_recount'),
        ('deviations', '0003_investigation'),
        ('deviations', '0004_from_outside'),
        ('deviations', '0005_misconduct'),
        ('deviations', '0006_channels_of_colleagues'),
        ('deviations', '0007_purged_codes'),
        ('deviations', '0008_lowered_with_a_reason'),
        ('deviations', '0009_texts_without_what_hides'),
        ('deviations', '0010_limits_lie_lower'),
    ]

    dependencies = [
        ('casework', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PurgedCode',
            fields=[
                ('hash', models.CharField(max_length=64, primary_key=True, serialize=False)),
            ],
        ),
        migrations.CreateModel(
            name='Deviation',
            fields=[
                ('case_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='casework.case')),
                ('state', models.CharField(choices=[('reported', 'ny'), ('assigned', 'fördelad'), ('transferred', 'överlämnad'), ('under_investigation', 'utreds'), ('actions_decided', 'åtgärder beslutade'), ('followed_up', 'uppföljd'), ('answered', 'besvarad'), ('escalated', 'lex Sarah'), ('closed', 'avslutad'), ('forwarded', 'hänvisad vidare'), ('moved', 'flyttad till personakt'), ('duplicate', 'dubblett')], default='reported', max_length=30, verbose_name='läge')),
                ('kind', models.CharField(choices=[('complaint', 'klagomål'), ('suggestion', 'synpunkt'), ('improvement_idea', 'förbättringsförslag'), ('praise', 'beröm'), ('quality_deviation', 'kvalitetsavvikelse')], max_length=30, verbose_name='vad det gäller')),
                ('reported_by', models.CharField(choices=[('outside', 'utomstående'), ('staff', 'personal')], max_length=10, verbose_name='från')),
                ('channel', models.CharField(choices=[('e_service', 'e-tjänst'), ('system', 'verksamhetens system'), ('phone', 'telefon'), ('letter', 'brev'), ('folder', 'folder'), ('visit', 'besök'), ('ivo', 'via IVO'), ('oral', 'muntligt'), ('written', 'skriftligt')], max_length=20, verbose_name='inkom genom')),
                ('category', models.CharField(blank=True, max_length=100, verbose_name='kategori')),
                ('description', models.TextField(verbose_name='vad som hände')),
                ('proposal', models.TextField(blank=True, verbose_name='eget förslag')),
                ('consequence', models.CharField(blank=True, choices=[('none', 'nej'), ('possible', 'vet inte, eller det hade kunnat bli följder'), ('tangible_risk', 'nej, men risken var uppenbar och konkret'), ('occurred', 'ja')], max_length=20, verbose_name='följder för den enskilde')),
                ('cause_area', models.CharField(blank=True, max_length=100, verbose_name='orsaksområde')),
                ('cause_level', models.CharField(blank=True, choices=[('system', 'organisation'), ('team', 'arbetsgrupp'), ('individual', 'enskild')], max_length=20, verbose_name='orsakens nivå')),
                ('is_deviation', models.CharField(blank=True, choices=[('yes', 'ja'), ('partly', 'delvis'), ('no', 'nej')], max_length=10, verbose_name='var det en avvikelse')),
                ('misconduct', models.CharField(blank=True, choices=[('no', 'nej'), ('tangible_risk', 'nej, men en påtaglig risk för ett missförhållande'), ('misconduct', 'ja')], max_length=20, verbose_name='missförhållande')),
                ('state_before', models.CharField(blank=True, choices=[('reported', 'ny'), ('assigned', 'fördelad'), ('transferred', 'överlämnad'), ('under_investigation', 'utreds'), ('actions_decided', 'åtgärder beslutade'), ('followed_up', 'uppföljd'), ('answered', 'besvarad'), ('escalated', 'lex Sarah'), ('closed', 'avslutad'), ('forwarded', 'hänvisad vidare'), ('moved', 'flyttad till personakt'), ('duplicate', 'dubblett')], editable=False, max_length=30)),
                ('requirement', models.TextField(blank=True, verbose_name='krav som inte uppfylldes')),
                ('assessment', models.TextField(blank=True, verbose_name='bedömning')),
                ('immediate_measures', models.TextField(blank=True, verbose_name='omedelbara åtgärder')),
                ('whys', django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), db_default=[], default=list, size=5, verbose_name='varför')),
                ('organisation_part', models.TextField(blank=True, verbose_name='organisationens del')),
                ('no_action_reason', models.TextField(blank=True, verbose_name='varför ingen åtgärd behövs')),
                ('answer', models.TextField(blank=True, verbose_name='svar')),
                ('no_answer_reason', models.TextField(blank=True, verbose_name='varför inget svar lämnas')),
                ('answered_on', models.DateField(blank=True, null=True, verbose_name='besvarades')),
                ('forwarded_to', models.CharField(blank=True, max_length=200, verbose_name='hänvisad till')),
                ('sender', models.CharField(blank=True, choices=[('service_user', 'den det gäller'), ('relative', 'närstående'), ('authority', 'myndighet'), ('association', 'förening'), ('other', 'annan')], max_length=20, verbose_name='avsändare')),
                ('contact_way', models.CharField(blank=True, choices=[('code', 'med kod'), ('email', 'med e-post'), ('phone', 'per telefon'), ('letter', 'med brev'), ('none', 'inget svar')], max_length=10, verbose_name='vill ha svar')),
                ('contact', casework.database.encrypted_fields.SealedTextField(blank=True, verbose_name='kontaktuppgifter')),
                ('language', models.CharField(db_default='sv', default='sv', max_length=10, verbose_name='språk')),
                ('better', models.CharField(blank=True, choices=[('yes', 'ja'), ('no', 'nej'), ('unknown', 'vet inte')], max_length=10, verbose_name='blev det bättre')),
                ('search_words', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('description', 'proposal', 'assessment', config='swedish'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('form_token', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('follow_up_hash', models.CharField(editable=False, max_length=64, null=True, unique=True)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['search_words'], name='deviation_words')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answered_on__isnull', True), models.Q(('answered_on__gte', datetime.date(1900, 1, 1)), ('answered_on__lt', datetime.date(2200, 1, 1))), _connector='OR'), name='deviation_sane_dates', violation_error_message='Ange ett datum mellan år 1900 och 2200.'), models.CheckConstraint(condition=models.Q(('kind__in', ['complaint', 'suggestion', 'improvement_idea', 'praise', 'quality_deviation'])), name='deviation_known_kind'), models.CheckConstraint(condition=models.Q(('state__in', ['reported', 'assigned', 'transferred', 'under_investigation', 'actions_decided', 'followed_up', 'answered', 'escalated', 'closed', 'forwarded', 'moved', 'duplicate'])), name='deviation_known_state'), models.CheckConstraint(condition=models.Q(('reported_by__in', ['outside', 'staff'])), name='deviation_known_reported_by'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'quality_deviation'), ('reported_by', 'staff')), models.Q(('kind', 'quality_deviation'), _negated=True), _connector='OR'), name='quality_deviation_comes_from_staff', violation_error_message='En kvalitetsavvikelse rapporteras av personal.'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'escalated'), _negated=True), ('misconduct__in', ('tangible_risk', 'misconduct')), _connector='OR'), name='escalated_deviation_is_marked'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), models.Q(('is_deviation', ''), _negated=True), _connector='OR'), name='closed_deviation_is_assessed', violation_error_message='Bedöm om det var en avvikelse innan du avslutar.'), models.CheckConstraint(condition=models.Q(('is_deviation__in', ['', 'yes', 'partly', 'no']), ('consequence__in', ['', 'none', 'possible', 'tangible_risk', 'occurred']), ('cause_level__in', ['', 'system', 'team', 'individual']), ('sender__in', ['', 'service_user', 'relative', 'authority', 'association', 'other']), ('contact_way__in', ['', 'code', 'email', 'phone', 'letter', 'none']), ('misconduct__in', ['', 'no', 'tangible_risk', 'misconduct']), ('better__in', ['', 'yes', 'no', 'unknown'])), name='deviation_known_words')],
            },
            bases=('casework.case',),
        ),
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('token', models.UUIDField(primary_key=True, serialize=False)),
                ('answers', models.JSONField(default=dict)),
                ('updated_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-updated_at'],
            },
        ),
        migrations.RunSQL(GUARDS, UNDO),
    ]
