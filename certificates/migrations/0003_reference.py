"""Participants, countries, ports and the first price, from certificates/reference/."""

from typing import Any

from django.db import migrations

from certificates.reference.load import load


def forward(apps: Any, schema_editor: Any) -> None:
    """Fill the tables."""
    load(apps)


class Migration(migrations.Migration):
    dependencies = [("certificates", "0002_guards")]

    operations = [migrations.RunPython(forward, migrations.RunPython.noop)]
