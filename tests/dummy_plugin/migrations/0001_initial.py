import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("portal", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Key",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                (
                    "times_lent",
                    models.PositiveIntegerField(default=0, editable=False, verbose_name="times lent"),
                ),
                (
                    "added_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="added by",
                    ),
                ),
                (
                    "area",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="portal.commonarea",
                        verbose_name="opens",
                    ),
                ),
            ],
            options={
                "verbose_name": "key",
                "verbose_name_plural": "keys",
                "ordering": ["area__building__name", "name"],
            },
        ),
        migrations.CreateModel(
            name="Loan",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("client_id", models.UUIDField(editable=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "asked for"),
                            ("lent", "lent"),
                            ("returned", "given back"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=20,
                        verbose_name="state",
                    ),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="asked on"
                    ),
                ),
                ("lent_at", models.DateTimeField(editable=False, null=True, verbose_name="lent on")),
                ("due_on", models.DateField(editable=False, null=True, verbose_name="due on")),
                ("reminded_at", models.DateTimeField(editable=False, null=True)),
                (
                    "borrower",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="borrowed by",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="loans",
                        to="keys.key",
                        verbose_name="key",
                    ),
                ),
            ],
            options={
                "verbose_name": "loan of a key",
                "verbose_name_plural": "loans of keys",
                "ordering": ["-asked_at", "-id"],
                "constraints": [
                    models.UniqueConstraint(fields=("borrower", "client_id"), name="loan_sent_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "lent")), fields=("key",), name="key_lent_once"
                    ),
                ],
            },
        ),
    ]
