"""A release is the firm's that asked for it, also when its blank becomes another's; done duties."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0007_held_origins"),
        ("licensees", "0003_from_application_to_licence"),
    ]

    operations = [
        migrations.AddField(
            model_name="release",
            name="licensee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="licensees.licensee",
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE certificates_release DISABLE TRIGGER settled_stays_settled;"
            " UPDATE certificates_release AS release SET licensee_id = blank.licensee_id"
            " FROM certificates_certificate AS blank WHERE blank.id = release.certificate_id;"
            " ALTER TABLE certificates_release ENABLE TRIGGER settled_stays_settled;",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="release",
            name="licensee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="releases",
                to="licensees.licensee",
            ),
        ),
        migrations.AddIndex(
            model_name="duty",
            index=models.Index(
                condition=models.Q(("discharged_at__isnull", False)),
                fields=["-discharged_at"],
                name="duty_done_last",
            ),
        ),
    ]
