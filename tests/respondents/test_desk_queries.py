"""The desk asks the database as often for a thousand offices as for three."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from respondents.models import Case, Contact, Letter, Mailing
from surveys.models import Survey
from tests import builders

State, Kind = Letter.State, Contact.Kind
PAGES = ("overview", "cases", "inbox")
OF_A_MAILING = ("mailing", "mailing-progress", "dry-run", "dry-run-csv")


def asked(desk: Client, survey: Survey) -> dict[str, int]:
    """How many queries each page takes."""
    addresses = {name: reverse(f"desk:{name}", args=[survey.name]) for name in PAGES}
    wave = Mailing.objects.get(name="invitation")
    addresses |= {name: reverse(f"desk:{name}", args=[survey.name, wave.name]) for name in OF_A_MAILING}
    counted = {}
    for name, address in addresses.items():
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(address).status_code == 200
        counted[name] = len(queries)
    return counted


def live_through(mailing: Mailing) -> None:
    """Letters in every state, mail that came back, offices that said no."""
    mailing.release()
    for number, letter in enumerate(mailing.letters.order_by("pk")):
        state = (State.SENT, State.FAILED, State.UNCLEAR)[number % 3]
        Letter.objects.filter(pk=letter.pk).update(state=state)
        kind = (Kind.REPLY, Kind.OPTED_OUT, Kind.UNDELIVERABLE)[number % 3]
        if not letter.contacts.exists():
            letter.contacts.create(case=letter.case, kind=kind, at=mailing.survey.now(), probable=True)


@pytest.mark.once
def test_no_page_asks_more_often_for_more_offices(survey: Survey, client: Client) -> None:
    client.force_login(builders.staff("Administrator"))
    mailing = survey.mailings.get(name="invitation")
    live_through(mailing)
    few = asked(client, survey)
    for number in range(40):
        variant = survey.variants.all()[number % 3]
        builders.case_for(variant, builders.municipality(f"Town {number}"))
    live_through(mailing)
    assert Case.objects.count() == 43 == mailing.letters.count()
    assert asked(client, survey) == few
