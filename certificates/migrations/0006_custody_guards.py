"""Stock that is spoiled, sales taken back, releases: what no operation would write (design 3)."""

import importlib

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION certificate_guard() RETURNS trigger LANGUAGE plpgsql AS $$
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
        ('shipped', 'delivered'), ('available', 'void'), ('issued', 'void'),
        -- spoiled or lost before it was sold; a sale that is taken back
        ('in_stock', 'void'), ('available', 'in_stock')
    ) THEN
        RAISE EXCEPTION 'a certificate does not go from % to %', OLD.status, NEW.status
            USING ERRCODE = 'check_violation';
    END IF;
    IF OLD.status = 'available' AND NEW.status = 'in_stock' THEN
        -- The counter-entry stands first, in the same transaction.
        IF NOT EXISTS (
            SELECT 1 FROM certificates_receipt
            WHERE reverses_id = OLD.receipt_id AND OLD.number = ANY (numbers)
        ) THEN
            RAISE EXCEPTION 'a sale is taken back by a counter-entry only'
                USING ERRCODE = 'check_violation';
        END IF;
    ELSIF OLD.status <> 'in_stock' AND (NEW.licensee_id, NEW.receipt_id, NEW.date_of_sale)
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
            WHERE c.code = NEW.consignee_country
              AND (p.standing = 'open' OR p.standing = 'hold' AND EXISTS (
                SELECT 1 FROM certificates_release r
                WHERE r.certificate_id = NEW.id AND r.state = 'released'
                  AND r.route = 'destination' AND r.country = NEW.consignee_country))
              AND NEW.date_of_issue BETWEEN p.valid_from AND coalesce(p.valid_to, 'infinity')
        ) THEN
            RAISE EXCEPTION 'the destination is no open Participant on the date of issue'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.country_of_origin = 'US' AND NOT EXISTS (
            SELECT 1 FROM certificates_release r
            WHERE r.certificate_id = NEW.id AND r.state = 'released'
              AND r.route IN ('crater', 'museum')
        ) THEN
            RAISE EXCEPTION 'origin US without a release by staff'
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

-- A sale's certificates are those its receipt names; a counter-entry names some of its sale's.
CREATE OR REPLACE FUNCTION receipt_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    subject bigint;
    receipt record;
    held integer[];
BEGIN
    IF TG_TABLE_NAME = 'certificates_receipt' THEN
        subject := NEW.id;
    ELSE
        subject := coalesce(NEW.receipt_id, OLD.receipt_id);
    END IF;
    SELECT * INTO receipt FROM certificates_receipt WHERE id = subject;
    IF abs(receipt.quantity) <> cardinality(receipt.numbers) THEN
        RAISE EXCEPTION 'receipt of % certificates that names %', receipt.quantity,
            cardinality(receipt.numbers) USING ERRCODE = 'check_violation';
    END IF;
    IF receipt.reverses_id IS NOT NULL THEN
        PERFORM 1 FROM certificates_receipt sale
            WHERE sale.id = receipt.reverses_id AND sale.reverses_id IS NULL
              AND sale.licensee_id = receipt.licensee_id
              AND sale.unit_price_usd = receipt.unit_price_usd
              AND receipt.numbers <@ sale.numbers;
        IF NOT FOUND OR EXISTS (
            SELECT 1 FROM certificates_receipt other
            WHERE other.reverses_id = receipt.reverses_id AND other.id <> receipt.id
              AND other.numbers && receipt.numbers
        ) OR EXISTS (
            SELECT 1 FROM certificates_certificate
            WHERE number = ANY (receipt.numbers) AND receipt_id = receipt.reverses_id
        ) THEN
            RAISE EXCEPTION 'a counter-entry takes back certificates of its sale, each once'
                USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END IF;
    SELECT coalesce(array_agg(number ORDER BY number), '{}') INTO held FROM (
        SELECT number FROM certificates_certificate
            WHERE receipt_id = subject AND licensee_id = receipt.licensee_id
              AND date_of_sale = receipt.sold_on
        UNION
        SELECT unnest(numbers) FROM certificates_receipt WHERE reverses_id = subject
    ) AS found;
    IF held IS DISTINCT FROM receipt.numbers THEN
        RAISE EXCEPTION 'receipt of % certificates, but % allotted', receipt.quantity,
            cardinality(held) USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM licensees_contact
        WHERE id = receipt.contact_id AND licensee_id = receipt.licensee_id)
    THEN
        RAISE EXCEPTION 'the contact of a receipt acts for another firm'
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION custody_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % is never %', TG_TABLE_NAME,
        CASE TG_OP WHEN 'DELETE' THEN 'deleted' ELSE 'changed' END
        USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER never_changes BEFORE UPDATE OR DELETE ON certificates_stockcount
    FOR EACH ROW EXECUTE FUNCTION custody_row_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON certificates_countdifference
    FOR EACH ROW EXECUTE FUNCTION custody_row_stays();
CREATE TRIGGER never_deleted BEFORE DELETE ON certificates_release
    FOR EACH ROW EXECUTE FUNCTION custody_row_stays();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON certificates_stockcount
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON certificates_countdifference
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();
CREATE TRIGGER never_truncated BEFORE TRUNCATE ON certificates_release
    FOR EACH STATEMENT EXECUTE FUNCTION never_truncated();

CREATE FUNCTION settled_stays_settled() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('open', 'waiting')
        AND (OLD.state, NEW.state) <> ('released', 'withdrawn')
        AND NEW IS DISTINCT FROM OLD
    THEN
        RAISE EXCEPTION 'what was decided does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER settled_stays_settled BEFORE UPDATE ON certificates_countdifference
    FOR EACH ROW EXECUTE FUNCTION settled_stays_settled();
CREATE TRIGGER settled_stays_settled BEFORE UPDATE ON certificates_release
    FOR EACH ROW EXECUTE FUNCTION settled_stays_settled();
"""

# What migration 0002 made, to go back to.
_MADE: str = importlib.import_module("certificates.migrations.0002_guards").FORWARD


def _made(begin: str, end: str) -> str:
    text = _MADE[_MADE.index(begin) : _MADE.index(end)]
    return text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


REVERSE = f"""
DROP TRIGGER settled_stays_settled ON certificates_release;
DROP TRIGGER settled_stays_settled ON certificates_countdifference;
DROP FUNCTION settled_stays_settled();
DROP TRIGGER never_truncated ON certificates_release;
DROP TRIGGER never_truncated ON certificates_countdifference;
DROP TRIGGER never_truncated ON certificates_stockcount;
DROP TRIGGER never_deleted ON certificates_release;
DROP TRIGGER never_deleted ON certificates_countdifference;
DROP TRIGGER never_changes ON certificates_stockcount;
DROP FUNCTION custody_row_stays();
{_made("CREATE FUNCTION receipt_is_whole", "CREATE CONSTRAINT TRIGGER")}
{_made("CREATE FUNCTION certificate_guard", "CREATE TRIGGER certificate_guard")}
"""


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0005_custody_and_releases"),
        ("licensees", "0004_guards"),
    ]

    operations = [migrations.RunSQL(FORWARD, REVERSE)]
