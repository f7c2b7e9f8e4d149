"""The pages of cases at the desk: found, counted, followed up, and changed by those who may."""

import json
import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from respondents import followup
from respondents.models import Case, Contact, Disposition, Letter, Mailing
from surveys.models import Survey
from tests import builders
from tests.respondents.rows import contents

Kind = Contact.Kind
WHY = {"text": "Said so on the telephone.", "confirm": "1"}


@pytest.fixture
def case(survey: Survey) -> Case:
    return Case.objects.of(survey).select_related("office", "variant__survey").order_by("pk")[0]


@pytest.fixture
def researcher(client: Client) -> Client:
    client.force_login(builders.staff("Researcher"))
    return client


@pytest.fixture
def interviewer() -> Client:
    client = Client()
    client.force_login(builders.staff("Interviewer"))
    return client


def shown(client: Client, survey: Survey, **asked: str) -> list[Case]:
    return list(client.get(f"/desk/{survey.name}/cases/", asked).context["page"])


def page(client: Client, case: Case) -> str:
    return client.get(f"/desk/{case.variant.survey.name}/cases/{case.pk}/").content.decode()


def post(client: Client, case: Case, deed: str, **data: str) -> str:
    """What the page says after the deed."""
    answer = client.post(f"/desk/cases/{case.pk}/{deed}/", data, follow=True)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def disposition(case: Case) -> str:
    return Case.objects.with_disposition().get(pk=case.pk).disposition


def kinds(case: Case) -> list[str]:
    return list(case.contacts.values_list("kind", flat=True))


# --- the list ---


@pytest.mark.parametrize(
    "words",
    ["übernburg", "ÜBERNBURG", "weber", "post@alt", "übernburg weber", " über  web ", "öz", "030 23125"],
)
def test_a_case_is_found_by_place_address_and_person(survey: Survey, researcher: Client, words: str) -> None:
    place = builders.municipality("Übernburg")
    details = {"email": "post@altstadt.example", "contact_name": "Kim Weber-Öz", "phone": "030 23125-7"}
    wanted = builders.case_for(survey.variants.all()[0], place, **details)
    assert shown(researcher, survey, q=words) == [wanted]


def test_the_list_shows_when_somebody_was_last_in_contact(
    survey: Survey, case: Case, researcher: Client
) -> None:
    case.record(Kind.ABSENCE)
    case.record(Kind.CALL, text="Will answer.")
    html = researcher.get(f"/desk/{survey.name}/cases/").content.decode()
    assert html.count("Telefonat") == 1
    assert "Abwesenheitsnotiz" not in html


def test_every_word_of_a_search_must_be_met(survey: Survey, researcher: Client) -> None:
    assert shown(researcher, survey, q="testhausen") == list(Case.objects.of(survey).listed())
    assert shown(researcher, survey, q="testhausen nobody") == []
    assert shown(researcher, survey, q="50%") == shown(researcher, survey, q="_") == []


def test_cases_are_narrowed_by_kind_mark_and_disposition(
    survey: Survey, researcher: Client, case: Case
) -> None:
    Case.objects.filter(pk=case.pk).update(wave1=True, priority=True)
    builders.withdrawn(case)
    others = list(Case.objects.of(survey).exclude(pk=case.pk).listed())
    for asked in ({"kind": case.variant.code}, {"wave1": "1"}, {"priority": "1"}, {"disposition": "4.90"}):
        assert shown(researcher, survey, **asked) == [case]
    for asked in ({"wave1": "0"}, {"priority": "0"}, {"disposition": "3.11"}):
        assert shown(researcher, survey, **asked) == others
    assert shown(researcher, survey, wave1="1", disposition="3.11") == []


def test_a_mark_that_makes_no_sense_narrows_nothing(survey: Survey, researcher: Client) -> None:
    everything = list(Case.objects.of(survey).listed())
    assert shown(researcher, survey, kind="'; --", disposition="9.99", wave1="x", page="-1") == everything


def test_the_counts_are_those_of_the_search_and_lead_to_their_cases(
    survey: Survey, researcher: Client, case: Case
) -> None:
    builders.withdrawn(case)
    answer = researcher.get(f"/desk/{survey.name}/cases/", {"q": "testhausen", "page": "1"})
    everything = Case.objects.of(survey).count()
    counts = {d.value: n for d, n in answer.context["counts"].items() if n}
    assert counts == {"4.90": 1, "3.11": everything - 1}
    assert set(answer.context["counts"]) == set(Disposition)
    assert "?q=testhausen&disposition=4.90" in unescape(answer.content.decode())


def test_another_surveys_cases_are_not_listed(survey: Survey, researcher: Client, case: Case) -> None:
    other = Survey.objects.get(pk=survey.pk)
    other.pk, other.name = None, "other"
    other.save()
    assert shown(researcher, other) == []
    assert researcher.get(f"/desk/{other.name}/cases/{case.pk}/").status_code == 404


def test_a_long_list_has_pages_that_keep_the_search(survey: Survey, researcher: Client) -> None:
    for number in range(55):
        builders.case_for(survey.variants.all()[0], builders.municipality(f"Dorf {number:02}"))
    answer = researcher.get(f"/desk/{survey.name}/cases/", {"q": "dorf"})
    assert "?q=dorf&page=2" in unescape(answer.content.decode())
    assert len(shown(researcher, survey, q="dorf", page="2")) == 5


def test_the_list_asks_the_database_equally_often_however_long_it_is(
    survey: Survey, researcher: Client
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            researcher.get(f"/desk/{survey.name}/cases/")
        return len(asked)

    few = queries()
    for number in range(20):
        builders.withdrawn(
            builders.case_for(survey.variants.all()[0], builders.municipality(f"Dorf {number}"))
        )
    assert queries() == few <= 13


# --- one case ---


def test_the_history_shows_letters_contacts_and_times_the_latest_first(
    mailing: Mailing, researcher: Client
) -> None:
    case = mailing.letters.order_by("pk")[0].case
    letters = Letter.objects.filter(mailing=mailing, case=case)
    letters.update(state="failed", reason="550 no such user", settled_at=mailing.survey.now())
    case.record(Kind.NOTE, text="The office moves in May.", by=builders.staff("Interviewer", "kim"))
    builders.answered(case, {"remarks": "A secret answer"})
    html = page(researcher, case)
    places = [html.index(said) for said in ("Fragebogen abgesendet", "The office moves", "550 no such user")]
    assert places == sorted(places)
    assert "festgehalten von kim" in html
    assert "A secret answer" not in html


def test_a_suppressed_and_an_unclear_letter_say_why(mailing: Mailing, researcher: Client) -> None:
    first, second = mailing.letters.order_by("pk")[:2]
    rows = Letter.objects.all()
    rows.filter(pk=first.pk).update(state="suppressed", hindrance="answered", settled_at=mailing.survey.now())
    rows.filter(pk=second.pk).update(state="unclear", reason="line dropped", claimed_at=mailing.survey.now())
    assert "geantwortet" in page(researcher, first.case)
    assert "line dropped" in page(researcher, second.case)


def test_neither_page_gives_the_personal_link_away(case: Case, researcher: Client) -> None:
    pages = (
        page(researcher, case) + researcher.get(f"/desk/{case.variant.survey.name}/cases/").content.decode()
    )
    for secret in (case.token, case.opt_out_token, case.token_fingerprint):
        assert secret not in pages


def test_the_case_page_asks_equally_often_however_long_the_history_is(case: Case, researcher: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(researcher, case)
        return len(asked)

    who = builders.staff("Interviewer", "kim")
    case.record(Kind.NOTE, by=who)
    few = queries()
    for number in range(20):
        case.record(Kind.CALL, text=str(number), by=who)
    assert queries() == few <= 20


def test_hostile_words_in_a_history_are_shown_harmlessly(case: Case, researcher: Client) -> None:
    case.record(
        Kind.REPLY, subject="<script>a()</script>", text="<img src=x onerror=b()>" * 50, sender='"><b>'
    )
    html = page(researcher, case)
    assert "&lt;script&gt;a()" in html
    assert not re.search(r"<script>a|<img src=x|\"><b>", html)


# --- deeds ---


@pytest.mark.parametrize("kind", [Kind.CALL, Kind.NOTE])
def test_an_interviewer_records_a_call_or_a_note_once(case: Case, interviewer: Client, kind: Kind) -> None:
    for _ in range(2):
        post(interviewer, case, "record", kind=kind, text="Rings back on Friday.")
    (contact,) = case.contacts.all()
    assert (contact.kind, contact.text) == (kind, "Rings back on Friday.")
    assert contact.by
    assert contact.by.get_username() == "interviewer"
    assert contact.at.date() == case.variant.survey.today()


@pytest.mark.parametrize(
    "data", [{}, {"kind": "call"}, {"kind": "withdrawn", "text": "x"}, {"kind": "call", "text": "x" * 5_001}]
)
def test_a_record_without_words_or_of_another_kind_is_refused(
    case: Case, interviewer: Client, data: dict[str, str]
) -> None:
    assert "Bitte prüfen Sie Ihre Angaben" in post(interviewer, case, "record", **data)
    assert kinds(case) == []


def test_all_that_a_search_finds_is_picked_or_dropped_at_once(
    survey: Survey, case: Case, researcher: Client, interviewer: Client
) -> None:
    mailing = builders.mailing(survey, audience_rule={"hand_picked": True})
    address = f"/desk/{survey.name}/cases/pick/{mailing.pk}/"
    asked = {"q": "testhausen", "kind": case.variant.code}
    reply = researcher.post(address, asked | {"pick": "1"}, follow=True)
    assert list(mailing.picked.all()) == [case]
    assert shown(researcher, survey, **asked) == [case]
    assert reply.request["QUERY_STRING"] == f"q=testhausen&kind={case.variant.code}"
    assert 'name="q" value="testhausen"' in reply.content.decode()
    researcher.post(address, {"pick": "1"})
    assert mailing.picked.count() == 3
    researcher.post(address, asked | {"drop": "1"})
    assert case not in mailing.picked.all()
    assert mailing.picked.count() == 2
    assert interviewer.post(address, {"pick": "1"}).status_code == 403
    mailing.release()
    researcher.post(address, {"pick": "1"})
    assert mailing.picked.count() == 2


def test_an_interviewer_may_neither_change_nor_decide_and_is_offered_neither(
    case: Case, interviewer: Client
) -> None:
    before = contents()
    for deed in ("office", "decide", f"pick/{case.variant.survey.mailings.all()[0].pk}"):
        assert interviewer.post(f"/desk/cases/{case.pk}/{deed}/", WHY).status_code == 403
    assert contents() == before
    html = page(interviewer, case)
    assert "/record/" in html
    assert not re.search(r"/office/|/decide/|/pick/", html)


def details(case: Case, **changed: str) -> dict[str, str]:
    return {name: getattr(case.office, name) for name in followup.DETAILS} | changed


def test_a_new_address_is_stored_kept_with_the_old_one_and_opens_the_way(
    case: Case, researcher: Client
) -> None:
    old = case.office.email
    case.record(Kind.UNDELIVERABLE)
    for _ in range(2):
        post(researcher, case, "office", **details(case, email="new@stadt.example", phone="030 1"))
    case.office.refresh_from_db()
    assert (case.office.email, case.office.phone) == ("new@stadt.example", "030 1")
    assert kinds(case) == [Kind.UNDELIVERABLE, Kind.ADDRESS_CHANGED]
    assert case.contacts.last().text == f"E-Mail: {old} → new@stadt.example\nTelefon: – → 030 1"  # type: ignore[union-attr]
    assert case in Case.objects.owing_answer()


def test_a_page_that_was_opened_earlier_does_not_undo_what_a_colleague_changed(
    case: Case, researcher: Client
) -> None:
    earlier = details(case)
    post(researcher, case, "office", **details(case, email="new@stadt.example"))
    sent = earlier | {"phone": "030 1", "seen": json.dumps(earlier)}
    post(researcher, case, "office", **sent)
    case.office.refresh_from_db()
    assert (case.office.email, case.office.phone) == ("new@stadt.example", "030 1")
    assert kinds(case) == [Kind.ADDRESS_CHANGED, Kind.NOTE]


@pytest.mark.parametrize(
    ("name", "bad"),
    [("email", "amt@straße.example"), ("contact_name", "Eva\u202e"), ("phone", "1\u20282"), ("email", "x")],
)
def test_an_office_takes_no_details_that_a_register_could_not_bring(
    case: Case, researcher: Client, name: str, bad: str
) -> None:
    before = contents()
    reply = researcher.post(f"/desk/cases/{case.pk}/office/", details(case, **{name: bad}))
    assert "error-summary" in reply.content.decode()
    assert contents() == before


@pytest.mark.parametrize(
    ("kind", "becomes"),
    [(Kind.OPTED_OUT, Disposition.REFUSED), (Kind.NOT_RESPONSIBLE, Disposition.NOT_ELIGIBLE)],
)
def test_what_the_office_says_on_the_telephone_is_its_disposition(
    case: Case, interviewer: Client, kind: Kind, becomes: Disposition
) -> None:
    for _ in range(2):
        post(interviewer, case, "decline", **WHY | {"kind": kind})
    assert (kinds(case), disposition(case)) == ([kind], becomes)
    interviewer.post(f"/desk/cases/{case.pk}/decline/", WHY | {"kind": Kind.WITHDRAWN})
    assert kinds(case) == [kind]


def test_a_new_address_opens_the_way_in_every_survey_that_asks_the_office(
    case: Case, researcher: Client
) -> None:
    later = Survey.objects.get(pk=case.variant.survey.pk)
    later.pk, later.name = None, "later"
    later.save()
    variant = later.variants.create(position=1, code=case.variant.code, title="T", label="L", terms={})
    other = Case.for_office(case.office, variant, wave1=True, priority=False)
    other.save()
    other.record(Kind.UNDELIVERABLE)
    post(researcher, case, "office", **details(case, email="new@stadt.example"))
    assert disposition(other) == Disposition.NOT_CONTACTED


def test_another_person_or_telephone_is_a_note_and_no_new_address(case: Case, researcher: Client) -> None:
    case.record(Kind.UNDELIVERABLE)
    post(researcher, case, "office", **details(case, salutation="Dear Ms", contact_name="Weber"))
    assert kinds(case) == [Kind.UNDELIVERABLE, Kind.NOTE]
    assert disposition(case) == Disposition.UNDELIVERABLE


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""},
        {"email": "no address"},
        {"email": "a@stadt.example\nBcc: b@stadt.example"},
        {"email": "a@b@stadt.example"},
        {"phone": "0" * 41},
        {"contact_name": "Weber\u2028Bcc: b@stadt.example"},
    ],
)
def test_details_that_no_letter_could_use_are_refused_and_nothing_is_stored(
    case: Case, researcher: Client, wrong: dict[str, str]
) -> None:
    before = contents()
    said = post(researcher, case, "office", **details(case, phone="030 2") | wrong)
    assert "Bitte prüfen Sie Ihre Angaben" in said
    after = contents()
    assert after == before


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(Kind.UNDELIVERABLE, Disposition.UNDELIVERABLE), (Kind.WITHDRAWN, Disposition.WITHDRAWN)],
)
def test_a_case_is_closed_once_and_taken_back_once(
    case: Case, researcher: Client, kind: Kind, expected: Disposition
) -> None:
    for _ in range(2):
        post(researcher, case, "decide", kind=kind, **WHY)
    assert (kinds(case), disposition(case)) == ([kind], expected)
    for _ in range(2):
        post(researcher, case, "decide", kind=Kind.REINSTATED, **WHY)
    assert (kinds(case), disposition(case)) == ([kind, Kind.REINSTATED], Disposition.NOT_CONTACTED)
    assert {contact.by.get_username() for contact in case.contacts.all() if contact.by} == {"researcher"}


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "withdrawn", "text": "why"},
        {"kind": "withdrawn", "confirm": "1"},
        {"kind": "opted_out", **WHY},
        {"kind": "reinstated", **WHY},  # there is nothing to take back
    ],
)
def test_what_is_not_confirmed_explained_or_possible_is_not_decided(
    case: Case, researcher: Client, data: dict[str, str]
) -> None:
    post(researcher, case, "decide", **data)
    assert kinds(case) == []


def test_a_withdrawn_office_finds_its_link_ended_until_it_is_taken_back(
    case: Case, researcher: Client
) -> None:
    post(researcher, case, "decide", kind="withdrawn", **WHY)
    assert Client().get(f"/b/{case.token}").status_code == 410
    post(researcher, case, "decide", kind="reinstated", **WHY)
    assert Client().get(f"/b/{case.token}").status_code == 200


def test_a_case_is_picked_for_a_list_and_dropped_from_it_until_it_is_released(
    case: Case, researcher: Client
) -> None:
    chosen = builders.mailing(case.variant.survey, title="A word", audience_rule={"hand_picked": True})
    everyone = builders.mailing(case.variant.survey, title="To all")
    assert "„A word“" in page(researcher, case)
    assert "„To all“" not in page(researcher, case)
    for _ in range(2):
        post(researcher, case, f"pick/{chosen.pk}", pick="1")
    assert list(chosen.audience()) == [case]
    for _ in range(2):
        post(researcher, case, f"pick/{chosen.pk}", drop="1")
    assert list(chosen.picked.all()) == []
    chosen.release()
    for mailing in (chosen, everyone):
        assert "seine Auswahl steht fest" in post(researcher, case, f"pick/{mailing.pk}", pick="1")
        assert list(mailing.picked.all()) == []


def test_looking_at_cases_changes_nothing(case: Case, researcher: Client) -> None:
    before = contents()
    page(researcher, case)
    shown(researcher, case.variant.survey, q="test", disposition="3.11")
    assert researcher.get(f"/desk/cases/{case.pk}/decide/", {"kind": "withdrawn", **WHY}).status_code == 405
    assert contents() == before


def test_a_survey_without_cases_says_where_they_come_from(survey: Survey, researcher: Client) -> None:
    Case.objects.all().delete()
    assert "Adressregister" in researcher.get(f"/desk/{survey.name}/cases/").content.decode()
    assert "Keine Stelle passt" in researcher.get(f"/desk/{survey.name}/cases/?q=x").content.decode()
