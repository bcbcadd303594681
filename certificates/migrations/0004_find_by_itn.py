"""Find a certificate by its ITN without reading the whole register."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("certificates", "0003_reference")]

    operations = [
        migrations.AddIndex(
            model_name="certificate",
            index=models.Index(name="certificate_by_itn", fields=["itn"]),
        ),
    ]
