"""What was released is what is issued: an origin that waits for staff, and the weight of a find.

The guard of migration 0006, with one condition more (domain 2.5, 4.2).
"""

import importlib

from django.db import migrations

_BEFORE: str = importlib.import_module("certificates.migrations.0006_custody_guards").FORWARD
_GUARD = _BEFORE[
    _BEFORE.index("CREATE OR REPLACE FUNCTION certificate_guard") : _BEFORE.index("-- A sale's")
]
_FREE = """
              AND r.route IN ('crater', 'museum')
        ) THEN
            RAISE EXCEPTION 'origin US without a release by staff'
                USING ERRCODE = 'check_violation';
        END IF;
"""
_HELD = """
              AND (r.route = 'museum' OR r.route = 'crater' AND NEW.carat_weight <= r.carat_weight)
        ) THEN
            RAISE EXCEPTION 'origin US without a release by staff, or heavier than the find'
                USING ERRCODE = 'check_violation';
        END IF;
        IF NEW.country_of_origin = 'RU' AND NOT EXISTS (
            SELECT 1 FROM certificates_release r
            WHERE r.certificate_id = NEW.id AND r.state = 'released'
              AND r.route = 'origin' AND r.country = NEW.country_of_origin
        ) THEN
            RAISE EXCEPTION 'origin % without a release by staff', NEW.country_of_origin
                USING ERRCODE = 'check_violation';
        END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("certificates", "0006_custody_guards")]

    operations = [migrations.RunSQL(_GUARD.replace(_FREE, _HELD), _GUARD)]
