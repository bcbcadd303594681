"""The first words that firms sign: our own, on the duties of the licence agreement (R2.4)."""

from typing import Any

from django.db import migrations

TEXT = """\
For the calendar year named on this page, and for the firm named on it, I acknowledge that the firm complied with its licence agreement with the United States Kimberley Process Authority (USKPA). In particular, the firm

- kept the certificates it holds secure and can account for every one of them;
- followed the federal rules on the export of rough diamonds, among them 31 CFR part 592 and 15 CFR part 30;
- sent the copies of certificates that it had to send to the authorities of the United States;
- keeps its records of exports for as long as the law and the agreement ask, and will show them when asked;
- accepts that USKPA and agencies of the United States government review how it does this;
- used its certificates only as its type of licence allows, and passed none of them on;
- told USKPA of people who no longer act for it, so that their access was ended.

I have compared the certificates listed on this page with the firm's own records. I know that a false statement can be punished (18 U.S.C. 1001; 31 CFR 592.601)."""  # noqa: E501


def insert(apps: Any, schema_editor: Any = None) -> None:
    """Put the wording in force from a day before anything the portal knows."""
    wordings = apps.get_model("licensees", "AcknowledgmentText")
    wordings.objects.get_or_create(version="1", defaults={"valid_from": "2000-01-01", "text": TEXT})


class Migration(migrations.Migration):
    dependencies = [("licensees", "0005_authority_paper")]

    operations = [migrations.RunPython(insert, migrations.RunPython.noop)]
