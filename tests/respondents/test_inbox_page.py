"""The inbox at the desk: what a person has to look at, whose it is, and when it is settled."""

import re
from datetime import UTC, timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from respondents.models import Case, Contact, Disposition
from surveys.models import Survey
from tests import builders
from tests.respondents.rows import contents

Kind = Contact.Kind


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey).select_related("office", "variant__survey").order_by("pk")[0]


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(builders.staff("Interviewer"))
    return client


def mail(survey: Survey, **content: Any) -> Contact:
    """A mail that came back; a reply that nobody is known for, unless it is said otherwise."""
    number = Contact.objects.count()
    fingerprint = sha256(str(number).encode()).hexdigest()
    return Contact.objects.create(
        **{"kind": Kind.REPLY, "at": survey.now(), "fingerprint": fingerprint, **content}
    )


def listed(desk: Client, survey: Survey, **asked: str) -> list[Contact]:
    return list(desk.get(f"/desk/{survey.name}/inbox/", asked).context["page"])


def html(desk: Client, survey: Survey) -> str:
    return desk.get(f"/desk/{survey.name}/inbox/").content.decode()


def post(desk: Client, survey: Survey, contact: Contact, deed: str, **data: str) -> str:
    """What the page says after the deed."""
    answer = desk.post(f"/desk/{survey.name}/inbox/{contact.pk}/{deed}/", data, follow=True)
    assert answer.status_code == 200
    contact.refresh_from_db()
    return unescape(answer.content.decode())


def disposition(case: Case) -> str:
    return Case.objects.with_disposition().get(pk=case.pk).disposition


def test_the_inbox_holds_what_a_person_must_look_at_the_newest_first(
    survey: Survey, case: Case, desk: Client
) -> None:
    reply = mail(survey, case=case)
    mail(survey, case=case, kind=Kind.ABSENCE)
    guess = mail(survey, case=case, kind=Kind.UNDELIVERABLE, probable=True)
    unknown = mail(survey)
    assert listed(desk, survey) == [unknown, guess, reply]
    assert "Posteingang (3)" in html(desk, survey)
    assert "Posteingang (3)" in desk.get(f"/desk/{survey.name}/").content.decode()


def test_the_inbox_says_whose_a_mail_is_or_may_be(survey: Survey, case: Case, desk: Client) -> None:
    mail(survey)
    assert "Keiner Stelle zugeordnet" in html(desk, survey)
    assert "Vermutlich:" not in html(desk, survey)
    mail(survey, case=case, probable=True)
    assert "Vermutlich:" in html(desk, survey)
    assert f"/cases/{case.pk}/" in html(desk, survey)


def test_mail_of_another_surveys_case_can_be_neither_seen_nor_settled(
    survey: Survey, case: Case, desk: Client
) -> None:
    other = Survey.objects.get(pk=survey.pk)
    other.pk, other.name = None, "other"
    other.save()
    contact = mail(survey, case=case)
    assert listed(desk, other) == []
    assert desk.get(f"/desk/other/inbox/{contact.pk}/").status_code == 404
    assert desk.post(f"/desk/other/inbox/{contact.pk}/settle/").status_code == 404


def test_what_is_settled_leaves_the_inbox_once_and_can_be_taken_up_again(
    survey: Survey, case: Case, desk: Client
) -> None:
    contact = mail(survey, case=case)
    assert "Erledigt." in post(desk, survey, contact, "settle")
    first = contact.settled_at
    assert contact.settled_by
    assert contact.settled_by.get_username() == "interviewer"
    assert "schon erledigt" in post(desk, survey, contact, "settle")
    assert contact.settled_at == first
    assert (listed(desk, survey), listed(desk, survey, settled="1")) == ([], [contact])
    for _ in range(2):
        post(desk, survey, contact, "take-up-again")
    assert (contact.settled_at, contact.settled_by_id) == (None, None)
    assert listed(desk, survey) == [contact]


def test_a_guess_decides_nothing_until_it_is_confirmed(survey: Survey, case: Case, desk: Client) -> None:
    contact = mail(survey, case=case, kind=Kind.UNDELIVERABLE, probable=True)
    assert disposition(case) == Disposition.NOT_CONTACTED
    assert "Zugeordnet" in post(desk, survey, contact, "confirm")
    assert disposition(case) == Disposition.UNDELIVERABLE
    assert contact.by is not None  # the history says who confirmed it
    assert listed(desk, survey) == []
    assert "nichts geändert" in post(desk, survey, contact, "confirm")


def test_a_guess_that_is_dropped_belongs_to_nobody_and_waits(
    survey: Survey, case: Case, desk: Client
) -> None:
    contact = mail(survey, case=case, kind=Kind.UNDELIVERABLE, probable=True)
    post(desk, survey, contact, "let-go")
    assert (contact.case, contact.probable) == (None, False)
    assert listed(desk, survey) == [contact]
    assert disposition(case) == Disposition.NOT_CONTACTED
    assert "nichts geändert" in post(desk, survey, contact, "let-go")


def test_what_is_certain_is_neither_dropped_nor_given_to_another(
    survey: Survey, case: Case, desk: Client
) -> None:
    other = Case.objects.of(survey).exclude(pk=case.pk)[0]
    contact = mail(survey, case=case)
    for deed in ("let-go", "confirm", f"assign/{other.pk}"):
        assert "nichts geändert" in post(desk, survey, contact, deed)
    assert contact.case == case


def test_mail_is_assigned_to_the_case_that_a_search_finds_and_then_counts(
    survey: Survey, case: Case, desk: Client
) -> None:
    contact = mail(survey, kind=Kind.UNDELIVERABLE)
    address = f"/desk/{survey.name}/inbox/{contact.pk}/"
    assert case in desk.get(address, {"q": case.office.email}).context["found"]
    assert list(desk.get(address, {"q": "nobody at all"}).context["found"]) == []
    post(desk, survey, contact, f"assign/{case.pk}")
    assert (contact.case, contact.probable) == (case, False)
    assert contact.by is not None
    assert disposition(case) == Disposition.UNDELIVERABLE


def test_the_search_begins_with_the_senders_domain(survey: Survey, desk: Client) -> None:
    place = builders.municipality("Altstadt")
    wanted = builders.case_for(survey.variants.all()[0], place, email="post@altstadt.example")
    contact = mail(survey, sender="someone.else@altstadt.example")
    builders.case_for(
        survey.variants.all()[0], builders.municipality("Neu"), email="post@neu-altstadt.example"
    )
    address = f"/desk/{survey.name}/inbox/{contact.pk}/"
    assert list(desk.get(address).context["found"]) == [wanted]
    assert not desk.get(address, {"q": "\0"}).context["found"]


def test_an_assignment_can_be_taken_back_from_the_history_of_the_case(
    survey: Survey, case: Case, desk: Client
) -> None:
    contact = mail(survey, kind=Kind.UNDELIVERABLE)
    post(desk, survey, contact, f"assign/{case.pk}")
    address = f"/desk/{survey.name}/inbox/{contact.pk}/"
    assert address in desk.get(f"/desk/{survey.name}/cases/{case.pk}/").content.decode()
    assert f"{address}let-go/" in desk.get(address).content.decode()
    post(desk, survey, contact, "let-go")
    assert (contact.case, contact.by) == (None, None)
    assert listed(desk, survey) == [contact]
    assert disposition(case) == Disposition.NOT_CONTACTED


def test_a_wrong_guess_is_assigned_to_the_right_case_in_one_step(
    survey: Survey, case: Case, desk: Client
) -> None:
    right = Case.objects.of(survey).exclude(pk=case.pk)[0]
    contact = mail(survey, case=case, kind=Kind.UNDELIVERABLE, probable=True)
    post(desk, survey, contact, f"assign/{right.pk}")
    assert (disposition(case), disposition(right)) == (Disposition.NOT_CONTACTED, Disposition.UNDELIVERABLE)


def test_assigned_mail_stands_in_the_time_of_its_survey_and_dropped_mail_in_the_real_one(
    survey: Survey, case: Case, desk: Client
) -> None:
    Survey.objects.filter(pk=survey.pk).update(clock_offset=timedelta(days=-1000))
    contact = mail(survey)
    real = contact.at.astimezone(UTC)  # whose days all have 24 hours
    post(desk, survey, contact, f"assign/{case.pk}")
    assert contact.at == real - timedelta(days=1000)
    Contact.objects.filter(pk=contact.pk).update(probable=True)
    post(desk, survey, contact, "let-go")
    assert contact.at == real


def test_mail_cannot_be_assigned_to_a_case_of_another_survey(
    survey: Survey, case: Case, desk: Client
) -> None:
    other = Survey.objects.get(pk=survey.pk)
    other.pk, other.name = None, "other"
    other.save()
    contact = mail(survey)
    assert desk.post(f"/desk/other/inbox/{contact.pk}/assign/{case.pk}/").status_code == 404
    contact.refresh_from_db()
    assert contact.case is None


def test_a_deed_leads_back_to_the_page_of_the_list(survey: Survey, case: Case, desk: Client) -> None:
    contact = mail(survey, case=case)
    address = f"/desk/{survey.name}/inbox/{contact.pk}/settle/"
    assert desk.post(address, {"page": "2"}).headers["Location"] == f"/desk/{survey.name}/inbox/?page=2"
    hostile = desk.post(address, {"page": "//elsewhere.example"})
    assert hostile.headers["Location"] == f"/desk/{survey.name}/inbox/"


HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>\u202e gpj.exe'


def test_hostile_subjects_senders_and_texts_are_shown_harmlessly(
    survey: Survey, case: Case, desk: Client
) -> None:
    contact = mail(survey, case=case, probable=True, sender=HOSTILE, subject=HOSTILE, text=HOSTILE)
    long = mail(survey, text=HOSTILE * 100)
    pages = [html(desk, survey)]
    pages += [desk.get(f"/desk/{survey.name}/inbox/{each.pk}/").content.decode() for each in (contact, long)]
    pages += [desk.get(f"/desk/{survey.name}/cases/{case.pk}/").content.decode()]
    assert [re.findall(r"<script>alert|<img src=x", page) for page in pages] == [[]] * 4
    assert pages[0].count("&lt;script&gt;alert(1)") > 100
    for said in re.findall(r"<[^>]*>[^<]*\u202e", pages[0]):
        assert re.match(r'<bdi>|<p class="said__text" dir="auto">|<summary', said), said


def test_a_long_text_is_folded_and_a_short_one_is_not(survey: Survey, desk: Client) -> None:
    mail(survey, text="short")
    assert 'class="said"' not in html(desk, survey)
    mail(survey, text="long " * 100)
    assert 'class="said"' in html(desk, survey)


def test_a_full_inbox_has_pages(survey: Survey, desk: Client) -> None:
    mails = [mail(survey) for _ in range(27)]
    assert len(listed(desk, survey)) == 25
    assert listed(desk, survey, page="2") == [mails[1], mails[0]]


def test_the_inbox_asks_the_database_equally_often_however_full_it_is(
    survey: Survey, case: Case, desk: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            html(desk, survey)
        return len(asked)

    mail(survey, case=case)
    few = queries()
    for number in range(20):
        place = builders.municipality(f"Dorf {number}")
        mail(survey, case=builders.case_for(survey.variants.all()[0], place))
    assert queries() == few <= 12


def test_looking_at_the_inbox_changes_nothing(survey: Survey, case: Case, desk: Client) -> None:
    contact = mail(survey, case=case, probable=True)
    before = contents()
    html(desk, survey)
    desk.get(f"/desk/{survey.name}/inbox/{contact.pk}/", {"q": "test"})
    for deed in ("settle", "take-up-again", "confirm", "let-go", f"assign/{case.pk}"):
        assert desk.get(f"/desk/{survey.name}/inbox/{contact.pk}/{deed}/").status_code == 405
    assert contents() == before


def test_an_empty_inbox_says_what_would_lie_there(survey: Survey, desk: Client) -> None:
    assert "Der Posteingang ist leer." in html(desk, survey)
    assert "Posteingang (0)" in html(desk, survey)
