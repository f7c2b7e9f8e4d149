"""Withdrawals become events of the contact history; suppressed letters say why."""

from typing import Any

from django.db import migrations
from django.db.models import Q


def to_contacts(apps: Any, schema_editor: Any) -> None:
    cases, contacts, letters = (
        apps.get_model("respondents", name).objects for name in ("Case", "Contact", "Letter")
    )
    withdrawn = cases.filter(withdrawn_at__isnull=False)
    contacts.bulk_create(
        contacts.model(case=case, kind="withdrawn", at=case.withdrawn_at) for case in withdrawn
    )
    suppressed = letters.filter(state="suppressed", hindrance="")
    suppressed.filter(reason="the field phase is over").update(hindrance="over", reason="")
    suppressed.filter(Q(case__withdrawn_at__isnull=False)).update(hindrance="withdrawn", reason="")
    suppressed.update(hindrance="answered", reason="")


def from_contacts(apps: Any, schema_editor: Any) -> None:
    contacts = apps.get_model("respondents", "Contact").objects
    for contact in contacts.filter(kind="withdrawn").select_related("case"):
        contact.case.withdrawn_at = contact.at
        contact.case.save(update_fields=["withdrawn_at"])


class Migration(migrations.Migration):
    dependencies = [("respondents", "0002_mail_out")]

    operations = [migrations.RunPython(to_contacts, from_contacts)]
