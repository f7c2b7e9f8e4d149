"""The desk's pages of a mailing: what they say, what can be done there, by whom, and only once."""

import csv

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from respondents.delivery import deliver
from respondents.models import Case, Contact, Letter, Mailing, Stage, Standing
from surveys.models import Survey
from tests import builders

State = Letter.State


@pytest.fixture
def researcher(client: Client, settings: LazySettings) -> Client:
    settings.RELEASE_NEEDS_SECOND_PERSON = True
    client.force_login(builders.staff("Researcher"))
    return client


@pytest.fixture
def administrator() -> Client:
    other = Client()
    other.force_login(builders.staff("Administrator"))
    return other


def page(client: Client, mailing: Mailing, name: str = "desk:mailing", query: str = "") -> str:
    return client.get(reverse(name, args=[mailing.survey.name, mailing.name]) + query).content.decode()


def do(client: Client, deed: str, number: int, **content: str) -> str:
    """The page that a deed leads to."""
    return client.post(reverse(f"desk:{deed}", args=[number]), content, follow=True).content.decode()


def stage(mailing: Mailing) -> Stage:
    mailing.refresh_from_db()
    return Standing(mailing, User(username="nobody")).stage


def test_a_mailing_goes_through_its_stages_by_the_deeds_of_two_people(
    survey: Survey, researcher: Client, administrator: Client
) -> None:
    wave = builders.mailing(survey)
    assert "Zur Freigabe vorlegen" in page(researcher, wave)
    assert "Jetzt freigeben" not in page(researcher, wave)
    assert "zur Freigabe vorgelegt" in do(researcher, "propose", wave.pk)
    assert "Freigeben muss ihn eine zweite Person" in page(researcher, wave)
    assert "eine andere Person" in do(researcher, "release", wave.pk)
    assert stage(wave) == Stage.PROPOSED
    assert "3 Briefe" in do(administrator, "release", wave.pk)
    assert stage(wave) == Stage.RUNNING
    do(researcher, "pause", wave.pk)
    assert stage(wave) == Stage.PAUSED
    assert "von Hand angehalten" in page(researcher, wave)
    do(researcher, "resume", wave.pk)
    assert stage(wave) == Stage.RUNNING
    do(researcher, "stop", wave.pk)
    assert stage(wave) == Stage.STOPPED
    assert wave.progress()[State.SUPPRESSED] == 3
    for deed in ("propose", "release", "pause", "resume", "stop"):
        assert "Es ist nichts geschehen" in do(administrator, deed, wave.pk)
        assert stage(wave) == Stage.STOPPED
    assert wave.progress()[State.SUPPRESSED] == 3


def test_the_numbers_follow_the_letters(mailing: Mailing, researcher: Client) -> None:
    assert "0 von 3 Briefen erledigt" in page(researcher, mailing, "desk:mailing-progress")
    for letter_id in mailing.hand_out():
        deliver(letter_id)
    said = page(researcher, mailing, "desk:mailing-progress")
    assert "3 von 3 Briefen erledigt" in said
    assert 'data-live="no"' in said


def test_a_person_decides_about_an_unclear_letter_once(mailing: Mailing, researcher: Client) -> None:
    first, second, _ = mailing.letters.order_by("pk")
    mailing.letters.filter(pk__in=(first.pk, second.pk)).update(state=State.UNCLEAR)
    assert page(researcher, mailing).count("Ist nicht angekommen") == 2
    do(researcher, "decide", first.pk, arrived="yes")
    do(researcher, "decide", second.pk, arrived="no")
    assert "schon entschieden" in do(researcher, "decide", first.pk, arrived="no")
    do(researcher, "decide", second.pk, arrived="perhaps")
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == (State.SENT, State.FAILED)
    assert [str(letter.settled_by) for letter in (first, second)] == ["researcher", "researcher"]


def test_what_a_mail_server_said_is_shown_harmlessly(mailing: Mailing, researcher: Client) -> None:
    mailing.letters.update(state=State.FAILED, reason="550 <script>alert(1)</script> \u202eno")
    said = page(researcher, mailing)
    assert "<script>alert" not in said
    assert "550 &lt;script&gt;" in said


def test_a_preview_shows_the_letter_without_anybodys_link(survey: Survey, researcher: Client) -> None:
    wave = survey.mailings.all()[0]
    said = page(researcher, wave) + page(researcher, wave, "desk:mailing-letter")
    assert "/b/…" in said
    assert not any(case.token in said or case.opt_out_token in said for case in Case.objects.of(survey))


@pytest.mark.parametrize("name", ["desk:mailing", "desk:mailing-letter"])
def test_a_preview_shows_the_letter_of_the_chosen_variant(
    survey: Survey, researcher: Client, name: str
) -> None:
    wave = builders.mailing(survey, text="Dear {office}", html="<p>Dear {office}</p>")
    for variant in survey.variants.all():
        said = page(researcher, wave, name, f"?variant={variant.code}")
        others = survey.variants.exclude(pk=variant.pk)
        assert f"Dear {variant.title}" in said
        assert not any(f"Dear {other.title}" in said for other in others)
    assert "Dear {office}" in page(researcher, wave, name, "?variant=none")  # there is no such office


def test_a_list_that_is_cut_short_says_so(
    mailing: Mailing, researcher: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("respondents.views.mailings.SHOWN", 1)
    first, *others = mailing.letters.order_by("pk")
    mailing.letters.update(state=State.FAILED)
    assert f"ersten 1 von {1 + len(others)}" in page(researcher, mailing)
    mailing.letters.filter(pk=first.pk).update(state=State.UNCLEAR)
    mailing.letters.exclude(pk=first.pk).update(state=State.SENT)
    assert "ersten 1 von" not in page(researcher, mailing)


def test_the_preview_runs_nothing(survey: Survey, researcher: Client) -> None:
    address = reverse("desk:mailing-letter", args=[survey.name, "invitation"])
    policy = researcher.get(address).headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy


def test_the_dry_run_page_can_be_narrowed_to_a_reason(survey: Survey, researcher: Client) -> None:
    first, second, third = Case.objects.of(survey).order_by("pk")
    first.decline(Contact.Kind.OPTED_OUT)
    wave = survey.mailings.all()[0]
    assert all(case.office.email in page(researcher, wave, "desk:dry-run") for case in (first, second, third))
    refused = page(researcher, wave, "desk:dry-run", "?reason=opted_out")
    assert first.office.email in refused
    assert second.office.email not in refused
    assert "Hier ist niemand." in page(researcher, wave, "desk:dry-run", "?reason=answered")


def test_the_dry_run_file_has_a_line_for_every_case(survey: Survey, researcher: Client) -> None:
    rows = list(csv.reader(page(researcher, survey.mailings.all()[0], "desk:dry-run-csv").splitlines()))
    assert len(rows) == 1 + Case.objects.of(survey).count()


def test_who_only_calls_sees_the_pages_and_moves_nothing(survey: Survey, client: Client) -> None:
    client.force_login(builders.staff("Interviewer"))
    wave = survey.mailings.all()[0]
    assert "Zur Freigabe vorlegen" not in page(client, wave)
    assert client.post(reverse("desk:propose", args=[wave.pk])).status_code == 403
    wave.refresh_from_db()
    assert wave.proposed_at is None
