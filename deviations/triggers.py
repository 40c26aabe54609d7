"""What the database itself guards in deviations."""

from __future__ import annotations

# Asked when the transaction ends: whatever code says that the consequences were less than was reported, the
# latest change of them in the history says the same, and why.
LOWERED_WITH_A_REASON = """
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
