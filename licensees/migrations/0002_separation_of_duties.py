"""Whoever holds an office never acts for a firm (domain 1.2: separation of duties)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION contact_holds_no_office() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_TABLE_NAME = 'licensees_contact' THEN
        IF NEW.ended_at IS NULL AND EXISTS (
            SELECT 1 FROM accounts_user WHERE id = NEW.user_id AND office <> ''
        ) THEN
            RAISE EXCEPTION 'someone with an office cannot act for a firm'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF NEW.office <> '' AND EXISTS (
        SELECT 1 FROM licensees_contact WHERE user_id = NEW.id AND ended_at IS NULL
    ) THEN
        RAISE EXCEPTION 'someone who acts for a firm cannot hold an office'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER contact_holds_no_office BEFORE INSERT OR UPDATE ON licensees_contact
    FOR EACH ROW EXECUTE FUNCTION contact_holds_no_office();
CREATE TRIGGER contact_holds_no_office BEFORE UPDATE OF office ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION contact_holds_no_office();
"""

REVERSE = """
DROP TRIGGER contact_holds_no_office ON accounts_user;
DROP TRIGGER contact_holds_no_office ON licensees_contact;
DROP FUNCTION contact_holds_no_office();
"""


class Migration(migrations.Migration):
    dependencies = [("licensees", "0001_initial"), ("accounts", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
