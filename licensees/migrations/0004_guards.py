"""What no operation on firms would write, PostgreSQL refuses too (design 3)."""

from django.db import migrations

# Written once: what somebody signed, paid or confirmed.
FOREVER = (
    "acknowledgment", "acknowledgmenttext", "agreement", "feepayment", "peopleconfirmation",
)  # fmt: skip
# Changed by operations, never deleted.
KEPT = (
    "annualfee", "application", "contact", "licensee", "paper", "party", "peoplerequest",
    "reference", "trainingsession",
)  # fmt: skip

GUARDS = """
CREATE FUNCTION licensing_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never %', TG_TABLE_NAME,
        CASE TG_OP WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION licence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.number, NEW.effective_on) IS DISTINCT FROM (OLD.number, OLD.effective_on) THEN
        RAISE EXCEPTION 'a licence keeps its number and its first day'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('active', 'suspended'), ('suspended', 'active'),
        ('active', 'terminated'), ('active', 'surrendered'),
        ('suspended', 'terminated'), ('suspended', 'surrendered')
    ) THEN
        RAISE EXCEPTION 'a licence does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.status IN ('terminated', 'surrendered') AND NEW.status <> OLD.status AND EXISTS (
        SELECT 1 FROM certificates_certificate
        WHERE licensee_id = NEW.id AND status IN ('available', 'issued')
    ) THEN
        RAISE EXCEPTION 'a licence ends when every blank is accounted for'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER licence_guard BEFORE UPDATE ON licensees_licensee
    FOR EACH ROW EXECUTE FUNCTION licence_guard();

CREATE FUNCTION application_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.stage <> OLD.stage AND (OLD.stage, NEW.stage) NOT IN (
        ('started', 'applied'), ('started', 'withdrawn'),
        ('applied', 'in_review'), ('applied', 'withdrawn'),
        ('in_review', 'approved'), ('in_review', 'rejected'), ('in_review', 'withdrawn'),
        ('approved', 'agreement_sent'), ('approved', 'withdrawn'),
        ('agreement_sent', 'active'), ('agreement_sent', 'withdrawn')
    ) THEN
        RAISE EXCEPTION 'an application does not go from % to %', OLD.stage, NEW.stage
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.stage IN ('rejected', 'active', 'withdrawn') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'an application that is closed does not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER application_guard BEFORE UPDATE ON licensees_application
    FOR EACH ROW EXECUTE FUNCTION application_guard();

CREATE FUNCTION past_fee_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.valid_from < (now() AT TIME ZONE 'America/New_York')::date THEN
        RAISE EXCEPTION 'a fee that was in force is never changed or deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER past_fee_never_changes BEFORE UPDATE OR DELETE ON licensees_feeamount
    FOR EACH ROW EXECUTE FUNCTION past_fee_never_changes();

CREATE FUNCTION fee_is_never_overpaid() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    received numeric;
    owed numeric;
BEGIN
    -- Whoever pays the same fee meanwhile waits here.
    SELECT amount_usd INTO owed FROM licensees_annualfee WHERE id = NEW.fee_id FOR UPDATE;
    SELECT sum(amount_usd) INTO received FROM licensees_feepayment WHERE fee_id = NEW.fee_id;
    IF received NOT BETWEEN 0 AND owed THEN
        RAISE EXCEPTION 'payments of % for a fee of %', received, owed
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER fee_is_never_overpaid AFTER INSERT ON licensees_feepayment
    FOR EACH ROW EXECUTE FUNCTION fee_is_never_overpaid();
"""

STAY = "".join(
    f"""
CREATE TRIGGER never_{"changes" if table in FOREVER else "deleted"}
    BEFORE {"UPDATE OR " if table in FOREVER else ""}DELETE ON licensees_{table}
    FOR EACH ROW EXECUTE FUNCTION licensing_row_stays();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON licensees_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
"""
    for table in (*FOREVER, *KEPT)
)

REVERSE = "".join(
    f"DROP TRIGGER never_truncated ON licensees_{table};"
    f" DROP TRIGGER never_{'changes' if table in FOREVER else 'deleted'} ON licensees_{table};\n"
    for table in (*KEPT, *FOREVER)
) + """
DROP TRIGGER fee_is_never_overpaid ON licensees_feepayment;
DROP FUNCTION fee_is_never_overpaid();
DROP TRIGGER past_fee_never_changes ON licensees_feeamount;
DROP FUNCTION past_fee_never_changes();
DROP TRIGGER application_guard ON licensees_application;
DROP FUNCTION application_guard();
DROP TRIGGER licence_guard ON licensees_licensee;
DROP FUNCTION licence_guard();
DROP FUNCTION licensing_row_stays();
"""  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [
        ("licensees", "0003_from_application_to_licence"),
        ("journal", "0002_chain"),
    ]

    operations = [migrations.RunSQL(GUARDS + STAY, REVERSE)]
