"""The copy for the files and the empty form: complete, tagged, checkable, for whom they are meant."""

import hashlib
import io
import json
from io import StringIO
from typing import Any

import pypdf
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from respondents.models import Case
from surveys.checksum import canonical, spelled
from surveys.copies import checksum_of
from surveys.models import Survey
from surveys.printing import one_at_a_time
from tests.builders import answered
from tests.respondents.rows import as_text
from tests.surveys.steps import filled_in

ANSWERS = {"i_access": 7, "digital": 0, "remarks": "Zwei Ämter, „ein“ Archiv."}


@pytest.fixture
def case(survey: Survey) -> Case:
    """An office that has submitted."""
    case = Case.objects.of(survey).get(variant__code="museum")
    answered(case, ANSWERS)
    return case


def read(pdf: bytes) -> str:
    """The document's words with single spaces."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def copied(case: Case, **given: str) -> bytes:
    answer = Client().post(f"/b/{case.token}/copy/", given)
    assert answer.headers["Content-Type"] == "application/pdf"
    return bytes(answer.content)


def test_the_copy_shows_every_question_with_its_answer_and_why_one_has_none(case: Case) -> None:
    words = read(copied(case, reference="32.1-0815"))
    assert case.response
    for part in ("32.1-0815", str(case.response.receipt), checksum_of(case.response), "5 March 2024"):
        assert part in words
    assert "Does your museum offer collections online? no" in words
    assert "Zwei Ämter, „ein“ Archiv." in words
    assert "What share of the collections is online? not asked (filter)" in words
    assert "How many volunteers help your museum? no answer" in words


def test_the_copy_is_tagged_and_says_its_language_and_title(case: Case) -> None:
    reader = pypdf.PdfReader(io.BytesIO(copied(case)))
    root: dict[str, Any] = dict(reader.root_object)
    about = reader.metadata
    assert root["/MarkInfo"]["/Marked"]
    assert (root["/Lang"], "/StructTreeRoot" in root) == ("en", True)
    assert about
    assert "Memory Institutions 2024" in str(about.title)


def test_the_file_reference_is_printed_and_never_stored(case: Case) -> None:
    assert "<b>file 4711</b>" in read(copied(case, reference="<b>file 4711</b>"))
    assert "file 4711" not in as_text()


def test_the_empty_form_shows_all_questions_scales_and_conditions(case: Case) -> None:
    answer = Client().get(f"/b/{case.token}/blank/")
    words = read(answer.content)
    for part in ("disagree strongly", "not at all important", "When did the portal open?"):
        assert part in words
    assert "Only if you answered “yes” to “Does your museum offer collections online?”." in words
    assert "Zwei Ämter" not in words


def test_a_session_fetches_the_same_copy_after_submitting_and_none_before(survey: Survey) -> None:
    case = Case.objects.of(survey).get(variant__code="library")
    early = Client()
    early.post(f"/b/{case.token}/")
    assert early.post("/form/copy/").headers["Location"] == "/form/review/"
    assert Client().post(f"/b/{case.token}/copy/").status_code == 404
    browser = filled_in(case, {"digital": 0})
    assert "Public Library" in read(browser.post("/form/copy/").content)


def test_one_document_is_set_at_a_time_and_the_others_are_asked_to_wait(case: Case) -> None:
    with one_at_a_time():
        answer = Client().post(f"/b/{case.token}/copy/")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")


def test_the_page_behind_the_link_shows_the_checksum_of_what_is_stored(case: Case) -> None:
    assert case.response
    assert checksum_of(case.response) in Client().get(f"/b/{case.token}/?more=1").content.decode()


def test_the_checksum_is_the_sha256_of_the_documented_form(case: Case) -> None:
    response = case.response
    assert response
    text = canonical(response.variant, response.answers, response.receipt or "").decode()
    assert text == (
        '{"answers":{"digital":0,"i_access":7,"remarks":"Zwei Ämter, „ein“ Archiv."},'
        f'"receipt":"{response.receipt}","survey":"museums_2024","variant":"museum"}}'
    )
    assert checksum_of(response) == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12.0, "12"), (12.5, "12.5"), (0.000001, "0.000001"), (1e12, "1000000000000"), ([3, 1], "[3,1]"),
        ("a\n\"b\"\\\u0001€", '"a\\n\\"b\\"\\\\\\u0001€"'), ({"b": 1, "a": True}, '{"a":true,"b":1}'),
    ],
)  # fmt: skip
def test_values_are_spelled_as_rfc_8785_spells_them(value: object, text: str) -> None:
    """Expected: sections 3.2.2 and 3.2.3 of the RFC, numbers as ECMAScript prints them."""
    assert spelled(value) == text
    assert json.loads(text) == value


def check(case: Case, checksum: str) -> str:
    said = StringIO()
    assert case.response
    receipt, survey = str(case.response.receipt), case.variant.survey.name
    call_command("check_copy", receipt, checksum, survey=survey, stdout=said)
    return said.getvalue()


def test_the_command_tells_a_true_copy_from_a_changed_one(case: Case) -> None:
    response = case.response
    assert response
    assert "are those of this copy; they count" in check(case, checksum_of(response))
    other = hashlib.sha256(
        canonical(response.variant, {**ANSWERS, "digital": 1}, str(response.receipt))
    ).hexdigest()
    with pytest.raises(CommandError, match="are not those of this copy"):
        check(case, other)


def test_an_earlier_submission_can_still_be_checked(case: Case) -> None:
    first = case.response
    assert first
    receipt, checksum = str(first.receipt), checksum_of(first)
    first.reopen()
    first.store({"i_access": 2})
    first.submit()
    said = StringIO()
    call_command("check_copy", receipt, checksum, survey=case.variant.survey.name, stdout=said)
    assert "replaced by a later submission" in said.getvalue()
