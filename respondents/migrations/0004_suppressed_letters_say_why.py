from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("respondents", "0003_withdrawals_are_contacts")]

    operations = [
        migrations.RemoveField(
            model_name="case",
            name="withdrawn_at",
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("hindrance", ""), ("state", "suppressed"), _connector="XOR"),
                name="suppressed_says_why",
            ),
        ),
    ]
