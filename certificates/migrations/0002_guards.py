"""What no operation would write, PostgreSQL refuses too, also from a shell (design 3)."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION certificate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    firm record;
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a certificate is never deleted' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.status <> 'in_stock' THEN
            RAISE EXCEPTION 'a certificate begins in stock' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.number <> OLD.number THEN
        RAISE EXCEPTION 'a certificate keeps its number' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status IN ('void', 'delivered') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'the facts of a % certificate never change', OLD.status
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.status <> OLD.status AND (OLD.status, NEW.status) NOT IN (
        ('in_stock', 'available'), ('available', 'issued'), ('issued', 'shipped'),
        ('shipped', 'delivered'), ('available', 'void'), ('issued', 'void')
    ) THEN
        RAISE EXCEPTION 'a certificate does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status <> 'in_stock' AND (NEW.licensee_id, NEW.receipt_id, NEW.date_of_sale)
        IS DISTINCT FROM (OLD.licensee_id, OLD.receipt_id, OLD.date_of_sale)
    THEN
        RAISE EXCEPTION 'a sold certificate stays with its licensee'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'available' AND NEW.status = 'issued' THEN
        SELECT kind, status, legal_name, address INTO firm
            FROM licensees_licensee WHERE id = NEW.licensee_id FOR SHARE;
        IF firm.status <> 'active' THEN
            RAISE EXCEPTION 'the licence is %', firm.status USING ERRCODE = 'check_violation';
        END IF;
        IF firm.kind = 'ordinary' AND (NEW.exporter_name, NEW.exporter_address)
            IS DISTINCT FROM (firm.legal_name, firm.address)
        THEN
            RAISE EXCEPTION 'an ordinary licensee is its own exporter'
                USING ERRCODE = 'check_violation';
        END IF;
        -- Raises datetime_field_overflow where the ITN names no calendar date.
        PERFORM to_date(substr(NEW.itn, 2, 8), 'YYYYMMDD');
        IF NOT EXISTS (
            SELECT 1 FROM certificates_country c
            JOIN certificates_participant p ON p.code = c.participant_code
            WHERE c.code = NEW.consignee_country AND p.standing = 'open'
              AND NEW.date_of_issue BETWEEN p.valid_from AND coalesce(p.valid_to, 'infinity')
        ) THEN
            RAISE EXCEPTION 'the destination is no open Participant on the date of issue'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF (
        NEW.country_of_origin, NEW.mixed_origin, NEW.itn, NEW.date_of_issue, NEW.date_of_expiry,
        NEW.value_usd, NEW.exporter_name, NEW.exporter_address, NEW.number_of_parcels,
        NEW.consignee_name, NEW.consignee_address, NEW.consignee_country, NEW.carat_weight,
        NEW.hs_code, NEW.port_of_export, NEW.planned_ship_on, NEW.provenance, NEW.ftz_number,
        NEW.waybill, NEW.issued_at, NEW.issued_by_id, NEW.attestation, NEW.acknowledged_warnings
    ) IS DISTINCT FROM (
        OLD.country_of_origin, OLD.mixed_origin, OLD.itn, OLD.date_of_issue, OLD.date_of_expiry,
        OLD.value_usd, OLD.exporter_name, OLD.exporter_address, OLD.number_of_parcels,
        OLD.consignee_name, OLD.consignee_address, OLD.consignee_country, OLD.carat_weight,
        OLD.hs_code, OLD.port_of_export, OLD.planned_ship_on, OLD.provenance, OLD.ftz_number,
        OLD.waybill, OLD.issued_at, OLD.issued_by_id, OLD.attestation, OLD.acknowledged_warnings
    ) THEN
        RAISE EXCEPTION 'the facts of a certificate are written at its issue and do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.status = 'shipped'
        AND (NEW.shipped_on, NEW.seal_number) IS DISTINCT FROM (OLD.shipped_on, OLD.seal_number)
    THEN
        RAISE EXCEPTION 'the day and seal of a shipment do not change'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER certificate_guard BEFORE INSERT OR UPDATE OR DELETE ON certificates_certificate
    FOR EACH ROW EXECUTE FUNCTION certificate_guard();

-- Receipts: numbered without gaps, never changed, and whole when the sale commits.
CREATE FUNCTION receipt_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- The counter's row is held until the sale commits, and goes back with it if it fails.
    -- One statement, so that two first sales at the same time do not both make the row.
    INSERT INTO certificates_receiptcounter AS counter (id, last) VALUES (1, 1)
        ON CONFLICT (id) DO UPDATE SET last = counter.last + 1
        RETURNING last INTO NEW.number;
    RETURN NEW;
END $$;

CREATE TRIGGER receipt_number BEFORE INSERT ON certificates_receipt
    FOR EACH ROW EXECUTE FUNCTION receipt_number();

CREATE FUNCTION receipt_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a receipt is never changed or deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER receipt_never_changes BEFORE UPDATE OR DELETE ON certificates_receipt
    FOR EACH ROW EXECUTE FUNCTION receipt_never_changes();

CREATE FUNCTION receipt_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject bigint;
    receipt record;
    allotted bigint;
BEGIN
    IF TG_TABLE_NAME = 'certificates_receipt' THEN
        subject := NEW.id;
    ELSE
        subject := NEW.receipt_id;
    END IF;
    SELECT quantity, licensee_id, sold_on, contact_id INTO receipt
        FROM certificates_receipt WHERE id = subject;
    SELECT count(*) INTO allotted FROM certificates_certificate
        WHERE receipt_id = subject AND licensee_id = receipt.licensee_id
          AND date_of_sale = receipt.sold_on;
    IF allotted <> receipt.quantity THEN
        RAISE EXCEPTION 'receipt of % certificates, but % allotted', receipt.quantity, allotted
            USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM licensees_contact
        WHERE id = receipt.contact_id AND licensee_id = receipt.licensee_id)
    THEN
        RAISE EXCEPTION 'the contact of a receipt acts for another firm'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER receipt_is_whole AFTER INSERT ON certificates_receipt
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION receipt_is_whole();
CREATE CONSTRAINT TRIGGER receipt_is_whole AFTER UPDATE OF receipt_id
    ON certificates_certificate DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.receipt_id IS DISTINCT FROM OLD.receipt_id)
    EXECUTE FUNCTION receipt_is_whole();

CREATE FUNCTION receipt_counter_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- At depth 1 somebody writes to the counter itself; the trigger of the receipts is at 2.
    IF TG_OP = 'DELETE' OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'only a receipt moves the counter of receipts'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (NEW.id, NEW.last) IS DISTINCT FROM (OLD.id, OLD.last + 1) THEN
        RAISE EXCEPTION 'the counter of receipts goes up by one'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER receipt_counter_guard
    BEFORE INSERT OR UPDATE OR DELETE ON certificates_receiptcounter
    FOR EACH ROW EXECUTE FUNCTION receipt_counter_guard();

CREATE FUNCTION duty_never_deleted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a duty is never deleted' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER duty_never_deleted BEFORE DELETE ON certificates_duty
    FOR EACH ROW EXECUTE FUNCTION duty_never_deleted();

CREATE FUNCTION past_price_never_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.valid_from < (now() AT TIME ZONE 'America/New_York')::date THEN
        RAISE EXCEPTION 'a price that was in force is never changed or deleted'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER past_price_never_changes BEFORE UPDATE OR DELETE ON certificates_price
    FOR EACH ROW EXECUTE FUNCTION past_price_never_changes();

-- The journal's migration made the function.
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON certificates_certificate
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON certificates_receipt
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON certificates_receiptcounter
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON certificates_duty
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
"""

REVERSE = """
DROP TRIGGER never_truncated ON certificates_duty;
DROP TRIGGER never_truncated ON certificates_receiptcounter;
DROP TRIGGER never_truncated ON certificates_receipt;
DROP TRIGGER never_truncated ON certificates_certificate;
DROP TRIGGER past_price_never_changes ON certificates_price;
DROP FUNCTION past_price_never_changes();
DROP TRIGGER duty_never_deleted ON certificates_duty;
DROP FUNCTION duty_never_deleted();
DROP TRIGGER receipt_counter_guard ON certificates_receiptcounter;
DROP FUNCTION receipt_counter_guard();
DROP TRIGGER receipt_is_whole ON certificates_certificate;
DROP TRIGGER receipt_is_whole ON certificates_receipt;
DROP FUNCTION receipt_is_whole();
DROP TRIGGER receipt_never_changes ON certificates_receipt;
DROP FUNCTION receipt_never_changes();
DROP TRIGGER receipt_number ON certificates_receipt;
DROP FUNCTION receipt_number();
DROP TRIGGER certificate_guard ON certificates_certificate;
DROP FUNCTION certificate_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0001_initial"),
        ("licensees", "0001_initial"),
        ("journal", "0002_chain"),
    ]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
