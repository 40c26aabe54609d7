"""What the database itself guards in lex Sarah."""

from __future__ import annotations

# Cases that came from a register before there was a process.
STATES_OF_OLD = """
UPDATE lexsarah_lexsarahcase l
SET state = CASE
    WHEN l.decided_on IS NULL THEN 'reported' WHEN c.closed_on IS NULL THEN 'decided' ELSE 'closed' END
FROM casework_case c WHERE c.id = l.case_ptr_id
"""

# Asked when the transaction ends: whatever code marks an event, it is reported to the investigator with it
# or not marked at all (SoL 27 kap. 2 §).
MARKED_IS_REPORTED = """
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

# A lex Sarah case is read by few and never as usual (OSL 26 kap. 1 §): held on the spine, whose column it is,
# by the app whose rule it is.
READ_BY_FEW = """
ALTER TABLE casework_case
    DROP CONSTRAINT IF EXISTS lexsarah_is_read_by_few,
    ADD CONSTRAINT lexsarah_is_read_by_few CHECK (subject <> 'lexsarah' OR circle <> '')
"""
