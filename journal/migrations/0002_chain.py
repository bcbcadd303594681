"""Chain every entry inside the database, and refuse to change or delete one."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION journal_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last record;
BEGIN
    -- One writer at a time, until its transaction ends: a chain has one end.
    PERFORM pg_advisory_xact_lock(592301);
    SELECT id, hash INTO last FROM journal_entry ORDER BY id DESC LIMIT 1;
    NEW.id := coalesce(last.id, 0) + 1;
    NEW.at := clock_timestamp();
    NEW.previous_hash := coalesce(last.hash, repeat('0', 64));
    NEW.hash := encode(sha256(convert_to(
        NEW.previous_hash || E'\\n' || jsonb_build_array(
            NEW.id, to_char(NEW.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            NEW.actor_id, NEW.actor, NEW.verb, NEW.subject, NEW.subject_id, NEW.licensee_id,
            NEW.changes)::text, 'UTF8')), 'hex');
    RETURN NEW;
END $$;

CREATE TRIGGER journal_link BEFORE INSERT ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_link();

CREATE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'journal entries are append-only' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER journal_append_only BEFORE UPDATE OR DELETE ON journal_entry
    FOR EACH ROW EXECUTE FUNCTION journal_append_only();

-- TRUNCATE passes by the triggers of rows. Where tables are emptied between tests the database
-- is told so once: ALTER DATABASE ... SET kpportal.may_truncate = 'on'.
CREATE FUNCTION never_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('kpportal.may_truncate', true) IS DISTINCT FROM 'on' THEN
        RAISE EXCEPTION 'the table % is never emptied', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER never_truncated BEFORE TRUNCATE ON journal_entry
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
"""

REVERSE = """
DROP TRIGGER never_truncated ON journal_entry;
DROP FUNCTION never_truncated();
DROP TRIGGER journal_append_only ON journal_entry;
DROP FUNCTION journal_append_only();
DROP TRIGGER journal_link ON journal_entry;
DROP FUNCTION journal_link();
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
