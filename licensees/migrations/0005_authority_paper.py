import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licensees", "0004_guards"),
    ]

    operations = [
        migrations.AddField(
            model_name="party",
            name="authority_paper",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="authorizes",
                to="licensees.paper",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("authority_paper", None),
                    models.Q(("authority_reference", ""), _negated=True),
                    _connector="OR",
                ),
                name="party_paper_shows_an_authority",
            ),
        ),
    ]
