"""Paradata: what is kept of a visit, what never is, and that it can be taken away."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from analysis.exports.csv import coded_csv
from analysis.frame import read
from respondents.models import Case
from surveys import paradata
from surveys.models import Response, Survey
from surveys.schema import legal_variable
from surveys.visits import MOST, Visit, device, first_answer, recorded, sealed, unsealed, visit_in
from tests.builders import ROOT, answered, staff
from tests.surveys import steps

OPENED = datetime(2024, 3, 5, 12, tzinfo=UTC)
LATER = OPENED + timedelta(minutes=2)


def sent(*, now: datetime = LATER, mobile: str = "", **data: str) -> Visit | None:
    """What comes back with a page that was opened at noon."""
    mark = {"visit": sealed("work", OPENED)}
    return visit_in(mark | data, mobile, now=now, mode="online", language="de")


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "page": "work", "opened": "2024-03-05T12:00:00+00:00", "first_answer": None, "left": None,
        "device": "", "mode": "online", "language": "de",
    } | changes  # fmt: skip


def test_a_visit_is_kept_with_what_its_page_sends_and_nothing_else() -> None:
    visit = sent(go="next", device="tablet", first_answer="31", answer="9")
    assert recorded([], visit) == [
        entry(first_answer="2024-03-05T12:00:31+00:00", left="2024-03-05T12:02:00+00:00", device="tablet")
    ]


def test_a_page_that_saves_itself_is_not_left_yet() -> None:
    assert recorded([], sent(first_answer="3")) == [entry(first_answer="2024-03-05T12:00:03+00:00")]


def test_saves_of_one_visit_make_one_entry_that_keeps_its_first_answer() -> None:
    visits = recorded([], sent(first_answer="3", device="phone"))
    visits = recorded(visits, sent(first_answer="60"))
    visits = recorded(visits, sent(go="next"))
    assert visits == [
        entry(first_answer="2024-03-05T12:00:03+00:00", left="2024-03-05T12:02:00+00:00", device="phone")
    ]


def test_the_same_page_opened_again_is_another_visit() -> None:
    again = {"visit": sealed("work", LATER)}
    visit = visit_in(again, "", now=LATER, mode="online", language="en")
    visits = recorded(recorded([], sent()), visit)
    assert visits == [entry(), entry(opened="2024-03-05T12:02:00+00:00", language="en")]


@pytest.mark.parametrize("mark", ["", "work 2024-03-05T12:00:00+00:00", f"{sealed('work', OPENED)}x"])
def test_a_visit_that_we_did_not_begin_is_not_kept(mark: str) -> None:
    assert unsealed(mark) is None
    assert recorded([], visit_in({"visit": mark}, "", now=LATER, mode="online", language="de")) == []


@pytest.mark.parametrize("seconds", ["", "-5", "x", "1.5", "²", "9" * 20])
def test_a_first_answer_that_makes_no_sense_is_unknown(seconds: str) -> None:
    assert first_answer(seconds, OPENED, LATER) is None


def test_a_first_answer_lies_in_no_future() -> None:
    assert first_answer("9999", OPENED, LATER) == LATER.isoformat()


@pytest.mark.parametrize(
    ("said", "mobile", "known"),
    [
        ("desktop", "", "desktop"),
        ("phone", "?0", "phone"),
        ("", "?1", "phone"),
        ("", "?0", ""),
        ("Mozilla/5.0 (X11)", "", ""),
    ],
)
def test_a_device_is_one_of_three_classes_or_unknown(said: str, mobile: str, known: str) -> None:
    assert device(said, mobile) == known


def test_the_list_of_visits_has_an_end() -> None:
    full = [entry(page=f"p{number}") for number in range(MOST)]
    assert recorded(full, sent()) == full


# --- apart from the answers ---


def visited(survey: Survey, variant: str = "museum", *, submitted: bool = True) -> Response:
    """A response with one visit."""
    case = Case.objects.get(variant__survey=survey, variant__code=variant)
    response = answered(case, {"a_known": 4}) if submitted else case.open_response()
    Response.objects.filter(pk=response.pk).update(paradata=[entry(device="phone")])
    return response


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode())))


def test_the_file_has_a_line_for_each_visit_also_of_forms_that_were_not_submitted(survey: Survey) -> None:
    first, second = visited(survey), visited(survey, "library", submitted=False)
    shared = {name: value or "" for name, value in entry(device="phone", visit="1").items()}
    assert lines(paradata.as_csv(survey)) == [
        shared | {"id": str(first.pk), "office_type": "museum", "submitted": "1"},
        shared | {"id": str(second.pk), "office_type": "library", "submitted": "0"},
    ]


def test_the_file_without_visits_has_its_header(survey: Survey) -> None:
    assert paradata.as_csv(survey).decode().strip().split(",") == list(paradata.COLUMNS)


def test_the_visits_of_a_pretest_are_not_in_the_file(survey: Survey) -> None:
    response = survey.pretest_groups.create(name="Colleagues").begin(survey.variants.all()[0])
    Response.objects.filter(pk=response.pk).update(paradata=[entry()])
    assert lines(paradata.as_csv(survey)) == []


def test_paradata_are_in_no_file_of_answers(survey: Survey) -> None:
    without = coded_csv(read(survey))
    visited(survey)
    header = coded_csv(read(survey)).splitlines()[0]
    assert header == without.splitlines()[0]
    assert set(header.decode().split(",")) & set(paradata.COLUMNS) == {"id", "office_type", "mode"}


def test_the_command_writes_the_file(survey: Survey, tmp_path: Path) -> None:
    visited(survey)
    out = StringIO()
    call_command("export_paradata", survey=survey.name, out=tmp_path / "p.csv", stdout=out)
    assert (tmp_path / "p.csv").read_bytes() == paradata.as_csv(survey)
    assert "1 visits" in out.getvalue()
    with pytest.raises(CommandError) as refusal:
        call_command("export_paradata", survey=survey.name, out=tmp_path / "no" / "p.csv")
    assert refusal.value.returncode == 2


def test_deleting_takes_all_paradata_of_one_survey_and_leaves_the_answers(survey: Survey) -> None:
    response = visited(survey)
    out = StringIO()
    call_command("delete_paradata", survey=survey.name, stdout=out)
    response.refresh_from_db()
    assert (response.paradata, response.answers) == ([], {"a_known": 4})
    assert "1 responses" in out.getvalue()


def test_at_the_desk_paradata_are_deleted_only_after_a_confirmation(survey: Survey, client: Client) -> None:
    response = visited(survey)
    client.force_login(staff("Administrator"))
    address = f"/desk/{survey.name}/paradata/delete/"
    assert "bestätigen" in client.post(address, follow=True).content.decode()
    response.refresh_from_db()
    assert response.paradata
    client.post(address, {"confirm": "1"})
    response.refresh_from_db()
    assert (response.paradata, response.answers) == ([], {"a_known": 4})


def test_the_desk_hands_paradata_out_and_records_who_took_them(survey: Survey, client: Client) -> None:
    visited(survey)
    client.force_login(staff("Administrator"))
    reply = client.post(f"/desk/{survey.name}/files/paradata.csv")
    assert reply.content == paradata.as_csv(survey)
    assert survey.downloads.get().filename == "paradata.csv"


# --- as the form is filled in ---

NOON = "2024-03-05T12:0"


@pytest.fixture
def browser(survey: Survey) -> Client:
    """A browser with the form of the museum open."""
    return steps.opened(Case.objects.get(variant__code="museum"))


def visits() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = Response.objects.get().paradata
    return entries


def test_opening_a_page_writes_nothing_and_its_first_post_says_when_it_was_opened(browser: Client) -> None:
    sent_back = steps.hidden(browser.get(steps.page(1)).content)
    assert visits() == []
    browser.post(
        steps.page(1), sent_back | {"i_access": "9", "go": "next"}, headers={"Sec-CH-UA-Mobile": "?1"}
    )
    (visit,) = visits()
    assert visit["opened"][:15] == visit["left"][:15] == NOON
    about = {name: visit[name] for name in ("page", "first_answer", "device", "mode", "language")}
    assert about == {
        "page": "work", "first_answer": None, "device": "phone", "mode": "online", "language": "en",
    }  # fmt: skip


def test_nothing_of_the_request_is_kept_that_is_not_documented(browser: Client) -> None:
    traces: dict[str, Any] = {
        "HTTP_USER_AGENT": "Marked/1.0",
        "REMOTE_ADDR": "203.0.113.9",
        "HTTP_ACCEPT_LANGUAGE": "tlh",
    }
    sent_back = steps.hidden(browser.get(steps.page(1), **traces).content)
    browser.post(steps.page(1), sent_back | {"device": "Marked/1.0", "go": "next"}, **traces)
    row = str(Response.objects.values().get())
    assert [trace for trace in traces.values() if trace in row] == []
    documented = (ROOT / "docs" / "paradata.md").read_text()
    assert {name for name in visits()[0] if f"| `{name}` |" not in documented} == set()


def test_saving_while_one_types_goes_on_with_the_same_visit(browser: Client) -> None:
    sent_back = steps.hidden(browser.get(steps.page(1)).content)
    script: dict[str, Any] = {"headers": {"Accept": "application/json"}}
    browser.post(
        steps.page(1), sent_back | {"i_access": "9", "first_answer": "0", "device": "tablet"}, **script
    )
    assert [(v["left"], v["device"]) for v in visits()] == [(None, "tablet")]
    browser.post(steps.page(1), sent_back | {"i_access": "8", "turn": "2", "go": "next"}, **script)
    (visit,) = visits()
    assert visit["first_answer"] == visit["opened"]
    assert visit["left"]


def test_a_page_that_comes_back_with_a_mistake_is_the_same_visit(browser: Client) -> None:
    browser.post(steps.page(1), {"digital": "1", "go": "next"})
    sent_back = steps.hidden(browser.get(steps.page(2)).content)
    again = browser.post(
        steps.page(2), sent_back | {"online_share": "all", "first_answer": "0", "go": "next"}
    )
    assert steps.hidden(again.content)["visit"] == sent_back["visit"]
    browser.post(steps.page(2), steps.hidden(again.content) | {"online_share": "5", "go": "next"})
    assert len(visits()) == 1


def test_a_page_that_is_opened_twice_was_visited_twice(browser: Client) -> None:
    for number in (1, 3, 1):
        browser.post(
            steps.page(number), steps.hidden(browser.get(steps.page(number)).content) | {"go": "next"}
        )
        Survey.objects.update(clock_offset=F("clock_offset") + timedelta(seconds=5))
    assert [visit["page"] for visit in visits()][::2] == ["work", "work"]


def test_a_program_that_knows_of_no_visits_is_answered_as_ever(browser: Client) -> None:
    assert browser.post(steps.page(1), {"i_access": "9", "go": "next"}).status_code == 302
    assert (visits(), Response.objects.get().answers) == ([], {"i_access": 9})


def test_a_visit_costs_no_query_of_its_own(browser: Client) -> None:
    sent_back = steps.hidden(browser.get(steps.page(1)).content)
    without = {name: value for name, value in sent_back.items() if name != "visit"}
    counts: list[int] = []
    for data in (without, sent_back):
        with CaptureQueriesContext(connection) as queries:
            browser.post(steps.page(1), data | {"i_access": str(len(counts)), "go": "next"})
        counts.append(len(queries))
    assert visits()
    assert counts[0] == counts[1]


def test_no_variable_of_a_study_takes_the_name_of_something_that_a_page_sends_unseen(browser: Client) -> None:
    names = steps.hidden(browser.get(steps.page(1)).content).keys() - {"csrfmiddlewaretoken"}
    assert names >= {"visit", "shown"}
    for name in names:
        with pytest.raises(ValueError, match="reserved"):
            legal_variable(name)
