"""Returned mail becomes the contact history of its case: once, certain or marked as a guess, unanswered."""

import ast
import inspect
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from threading import Barrier
from unittest import mock
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.models import QuerySet

from respondents import absences, bounces, collection, diagnosis, incoming, mailbox, marks
from respondents.collection import KNOWN, keep
from respondents.letters import compose
from respondents.models import Case, Contact, Letter, Mailing, Office
from respondents.models.case import Disposition
from respondents.tasks import collect_bounces
from surveys.models import Survey
from tests import builders
from tests.respondents.imapserver import PASSWORD, USER, imap_server
from tests.respondents.postbag import specimen, specimens
from tests.respondents.rows import as_text
from tests.respondents.test_hostile_mail import HOSTILE

Kind = Contact.Kind


@pytest.fixture
def maildir(tmp_path: Path, settings: LazySettings) -> Path:
    folder = tmp_path / "returned"
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True)
    settings.RETURNS_URL = f"maildir://{quote(str(folder))}"
    return folder


def put(folder: Path, *mails: bytes) -> None:
    """Deliver mails into the Maildir."""
    there = len(list(folder.glob("*/*")))
    for number, raw in enumerate(mails, start=there):
        (folder / "new" / f"{number:04}.host").write_bytes(raw)


def said() -> str:
    out = StringIO()
    call_command("collect_bounces", stdout=out)
    return out.getvalue().strip()


def disposition(case: Case) -> str:
    return Case.objects.with_disposition().get(pk=case.pk).disposition


@pytest.fixture
def sent(letter: Letter) -> Letter:
    """A letter that went out an hour ago to the office that the mails in the postbag speak of."""
    Office.objects.filter(cases=letter.case_id).update(email="Jugend@stadt.example")
    letter.settled_at = letter.mailing.survey.now() - timedelta(hours=1)
    letter.state = Letter.State.SENT
    letter.save()
    return letter


# --- with its case ---


@pytest.mark.parametrize(
    ("name", "kind", "becomes"),
    [
        ("postfix-unknown-user", Kind.UNDELIVERABLE, Disposition.UNDELIVERABLE),
        ("postfix-mailbox-full", Kind.FULL, Disposition.NO_ANSWER),
        ("postfix-delayed", Kind.DELAYED, Disposition.NO_ANSWER),
        ("gateway-nospamproxy", Kind.POLICY, Disposition.NO_ANSWER),
        ("absence-exchange-german", Kind.ABSENCE, Disposition.NO_ANSWER),
        ("receipt-ticket", Kind.AUTOMATIC, Disposition.NO_ANSWER),
        ("reply-asks-to-be-removed", Kind.REPLY, Disposition.NO_ANSWER),
    ],
)
def test_a_mail_lands_on_the_history_of_its_case(
    sent: Letter, name: str, kind: Kind, becomes: Disposition
) -> None:
    assert keep(specimen(name).raw(sent.pk)) == kind
    contact = sent.case.contacts.get()
    assert (contact.kind, contact.letter, contact.probable) == (kind, sent, False)
    assert contact.at.date() == sent.mailing.survey.now().date()
    assert disposition(sent.case) == becomes


def test_every_mail_of_the_postbag_lands_where_it_belongs(sent: Letter, maildir: Path) -> None:
    mails = specimens()
    put(maildir, *(one.raw(sent.pk) for one in mails))
    assert collect_bounces() is None
    assert Contact.objects.count() == len(mails)
    assert Contact.objects.filter(letter=sent).count() == sum(one.has_letter for one in mails)
    assert Contact.objects.exclude(case=sent.case).exclude(case=None).count() == 0


@pytest.mark.parametrize("trace", ["envelope sender", "Message-ID", "answer"])
def test_a_letter_as_it_was_written_is_found_by_any_trace_of_it(sent: Letter, trace: str) -> None:
    written = compose(sent)
    built = written.message()
    raw = {
        "envelope sender": f"From: MAILER-DAEMON@b.example\nTo: {written.from_email}\n\n550 user unknown\n",
        "Message-ID": f"From: MAILER-DAEMON@b.example\n\n550 user unknown\n\n{built.as_string()}",
        "answer": f"From: a@b.example\nSubject: Re: x\nIn-Reply-To: {built['Message-ID']}\n\nGuten Tag\n",
    }
    keep(raw[trace].encode())
    assert sent.case.contacts.get().letter == sent


@pytest.mark.parametrize(
    "quoted",
    [
        "{link}",
        "> {link}",
        "<{link}>",
        "> {start}\n> {end}\n>\n> bis bald",
        "{start}=\n{end}",
        "https://filter.example/?url=https%3A%2F%2Fa.example%2Fb%2F{token}&c=1",
        "{opt_out}",
    ],
)
def test_no_link_of_a_quoted_letter_gets_into_the_database(sent: Letter, quoted: str) -> None:
    case = sent.case
    start, end = case.link[:-10], case.link[-10:]
    values = {
        "link": case.link,
        "start": start,
        "end": end,
        "token": case.token,
        "opt_out": case.opt_out_link,
    }
    reply = specimen("reply-question").raw(sent.pk).decode() + "\n" + quoted.format(**values)
    keep(reply.encode())
    text = case.contacts.get().text
    assert "wer sieht unsere Antworten?" in text
    assert "…" in text
    for secret in (case.token, case.opt_out_token):
        assert secret[-10:] not in as_text()


@pytest.mark.django_db
def test_hostile_mail_is_stored_like_any_other() -> None:
    for raw in HOSTILE.values():
        keep(raw)
    assert Contact.objects.filter(case=None).count() == len(HOSTILE)
    assert {contact.kind for contact in Contact.objects.all()} <= {Kind.REPLY, Kind.ABSENCE, Kind.UNREADABLE}


def test_status_reason_and_words_are_kept(sent: Letter) -> None:
    keep(specimen("domino-policy").raw(sent.pk))
    contact = sent.case.contacts.get()
    assert contact.status == "5.0.0"
    assert contact.text.startswith("554 message rejected for policy reasons\n\n")
    assert contact.sender == "postmaster@domino.stadt.example"
    assert contact.subject == "DELIVERY FAILURE: 554 rejected"


def test_what_a_person_has_to_read_is_at_the_desk(sent: Letter) -> None:
    expected = {Kind.FULL, Kind.POLICY, Kind.REPLY}
    for one in specimens():
        if one.has_letter:
            keep(one.raw(sent.pk))
    assert {contact.kind for contact in Contact.objects.at_the_desk().certain()} == expected


def test_the_next_reminder_waits_until_the_absence_is_over(sent: Letter) -> None:
    keep(specimen("absence-exchange-german").raw(sent.pk))
    wave = builders.mailing(sent.mailing.survey)
    assert wave.judged().get(pk=sent.case.pk).absent_until == date(2019, 11, 15)


def test_many_dead_addresses_pause_the_mailing(survey: Survey) -> None:
    wave = builders.mailing(survey, released_at=survey.now())
    for number in range(60):
        case = builders.case_for(survey.variants.all()[0], builders.municipality(f"Ort {number}"))
        Letter.objects.create(mailing=wave, case=case, state=Letter.State.SENT, settled_at=survey.now())
    for letter in wave.letters.order_by("-pk")[:3]:
        keep(specimen("postfix-unknown-user").raw(letter.pk))
    wave.refresh_from_db()
    assert wave.paused_because == Mailing.Pause.FAILURES


@pytest.mark.parametrize("kind", [Kind.ADDRESS_CHANGED, Kind.REINSTATED])
def test_a_late_failure_of_an_address_that_was_mended_since_decides_nothing(sent: Letter, kind: Kind) -> None:
    sent.case.record(kind)
    assert keep(specimen("postfix-unknown-user").raw(sent.pk)) == Kind.AUTOMATIC
    assert disposition(sent.case) == Disposition.NO_ANSWER


@pytest.mark.parametrize(
    ("named", "is_certain"),
    [
        ("jugend@stadt.example", True),
        ("JUGEND@intern.stadt.example", True),
        ("member.of.a.list@stadt.example", False),
    ],
)
def test_a_failure_behind_the_offices_address_does_not_make_it_dead(
    sent: Letter, named: str, is_certain: bool
) -> None:
    raw = specimen("postfix-unknown-user").raw(sent.pk)
    keep(raw.replace(b"jugend@stadt.example", named.encode()))
    contact = sent.case.contacts.get()
    assert (contact.kind, contact.letter, contact.probable) == (Kind.UNDELIVERABLE, sent, not is_certain)
    assert (contact in Contact.objects.at_the_desk()) is not is_certain
    assert (disposition(sent.case) == Disposition.UNDELIVERABLE) is is_certain


# --- without a mark ---


@pytest.mark.parametrize(
    "name", ["nothing-but-a-sentence", "forged-report-with-wrong-mark", "reply-without-any-mark"]
)
def test_a_mail_of_an_unknown_office_is_at_the_desk_without_a_case(sent: Letter, name: str) -> None:
    keep(specimen(name).raw(sent.pk))
    assert Contact.objects.at_the_desk().get().case is None
    assert sent.case.contacts.count() == 0


def test_an_address_alone_makes_a_guess_that_decides_nothing(sent: Letter) -> None:
    sent.case.office.email = "amt@kreis.example"
    sent.case.office.save()
    assert keep(specimen("nothing-but-a-sentence").raw(sent.pk)) == Kind.UNDELIVERABLE
    contact = Contact.objects.at_the_desk().get()
    assert (contact.case, contact.letter, contact.probable) == (sent.case, None, True)
    assert disposition(sent.case) == Disposition.NO_ANSWER


def test_an_absence_without_a_mark_moves_no_reminder(sent: Letter) -> None:
    note = (
        b"From: %b\nAuto-Submitted: auto-replied\nDate: Mon, 4 Nov 2019 09:00:00 +0100\n\nabwesend bis 15.11."
    )
    keep(note % sent.case.office.email.encode())
    assert sent.case.contacts.get().until == date(2019, 11, 15)
    assert sent.mailing.judged().get(pk=sent.case.pk).absent_until is None


def test_an_address_of_two_offices_makes_no_guess(sent: Letter) -> None:
    for case in Case.objects.of(sent.mailing.survey)[:2]:
        case.office.email = "amt@kreis.example"
        case.office.save()
    keep(specimen("nothing-but-a-sentence").raw(sent.pk))
    assert Contact.objects.get().case is None


# --- once, whatever happens ---


def test_a_mail_about_an_unclear_letter_shows_that_it_went_out(sent: Letter) -> None:
    Letter.objects.filter(pk=sent.pk).update(state=Letter.State.UNCLEAR, settled_at=None)
    keep(specimen("reply-question").raw(sent.pk))
    sent.refresh_from_db()
    assert (sent.state, sent.settled_at is not None) == (Letter.State.SENT, True)


def test_a_mail_that_comes_twice_is_stored_once(sent: Letter, maildir: Path) -> None:
    put(maildir, specimen("reply-question").raw(sent.pk), specimen("reply-question").raw(sent.pk))
    assert said() == "2 mails taken up, known 1, reply 1"
    assert said() == "0 mails taken up"
    assert Contact.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_collectors_at_the_same_time_store_a_mail_once() -> None:
    raw = specimen("reply-without-any-mark").raw(1)
    at_once = Barrier(4)

    def keeps(_: int) -> str:
        at_once.wait(10)
        try:
            return keep(raw)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as collectors:
        kept = list(collectors.map(keeps, range(4)))
    assert sorted(kept) == [KNOWN, KNOWN, KNOWN, Kind.REPLY]
    assert Contact.objects.count() == 1


def test_a_mail_that_could_not_be_put_away_is_met_again_and_known(sent: Letter, maildir: Path) -> None:
    put(maildir, specimen("reply-question").raw(sent.pk), specimen("qmail-unknown").raw(sent.pk))
    with mock.patch("respondents.mailbox._mark_seen", side_effect=PermissionError("read-only")):
        assert said() == "2 mails taken up, reply 1, undeliverable 1"
    assert said() == "2 mails taken up, known 2"
    assert Contact.objects.count() == 2


def test_a_mail_that_cannot_be_read_is_at_the_desk_and_holds_up_no_other(
    sent: Letter, maildir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumbles(raw: bytes) -> bounces.Returned:
        if b"Eingangsbest" in raw:
            raise RecursionError
        return bounces.read(raw)

    monkeypatch.setattr(collection, "read", stumbles)
    names = ("reply-question", "receipt-poststelle", "qmail-unknown")
    put(maildir, *(specimen(name).raw(sent.pk) for name in names))
    assert said() == "3 mails taken up, reply 1, undeliverable 1, unreadable 1"
    unreadable = Contact.objects.at_the_desk().get(kind=Kind.UNREADABLE, case=None)
    assert "Subject: Eingangsbest" in unreadable.text


@pytest.mark.django_db
@pytest.mark.parametrize("raw", [b"", b"\n\n", b"\0\0"])
def test_an_empty_mail_is_at_the_desk_as_unreadable(raw: bytes) -> None:
    assert keep(raw) == Kind.UNREADABLE
    assert Contact.objects.at_the_desk().get().kind == Kind.UNREADABLE


def test_a_mail_waits_while_the_database_is_away(sent: Letter, maildir: Path) -> None:
    put(maildir, specimen("reply-question").raw(sent.pk))
    away = mock.patch.object(QuerySet, "get_or_create", side_effect=OperationalError("gone"))
    with away, pytest.raises(OperationalError):
        collect_bounces()
    assert said() == "1 mails taken up, reply 1"


# --- and nobody is answered ---


def test_nothing_that_comes_back_is_answered(
    sent: Letter, maildir: Path, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answers(*args: object, **options: object) -> None:
        raise AssertionError("a mail went out")

    monkeypatch.setattr("django.core.mail.EmailMessage.send", answers)
    before = list(Letter.objects.order_by("pk").values())
    put(maildir, *(one.raw(sent.pk) for one in specimens()))
    collect_bounces()
    assert not Path(settings.EMAIL_FILE_PATH).exists()
    assert list(Letter.objects.order_by("pk").values()) == before


WAYS_OUT = ("smtplib", "django.core.mail", "respondents.delivery", "respondents.letters", "respondents.line")


def test_what_reads_returned_mail_has_nothing_to_write_mail_with() -> None:
    for module in (absences, bounces, collection, diagnosis, incoming, mailbox, marks):
        nodes = list(ast.walk(ast.parse(inspect.getsource(module))))
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        names |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        assert [name for name in names if name.startswith(WAYS_OUT)] == []


# --- the command, and a real server ---


def test_the_command_needs_an_address(settings: LazySettings) -> None:
    settings.RETURNS_URL = ""
    with pytest.raises(CommandError, match="RETURNS_URL is not set") as refused:
        said()
    assert refused.value.returncode == 2


def test_the_command_says_when_the_mailbox_is_out_of_reach(maildir: Path, settings: LazySettings) -> None:
    settings.RETURNS_URL += "/nowhere"
    with pytest.raises(CommandError, match="out of reach") as refused:
        said()
    assert refused.value.returncode == 1


def test_mail_on_a_real_server_is_collected_once(
    sent: Letter, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("postfix-unknown-user", "absence-exchange-german", "reply-question")
    with imap_server() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        settings.RETURNS_URL = (
            f"imaps://{quote(USER)}:{quote(PASSWORD, safe='')}@localhost:{server.tls}/INBOX"
        )
        for name in names:
            server.receive(specimen(name).raw(sent.pk))
        assert said() == "3 mails taken up, absence 1, reply 1, undeliverable 1"
        assert said() == "0 mails taken up"
        assert len(server.mails(".Verarbeitet")) == 3
    assert {contact.kind for contact in sent.case.contacts.all()} == {
        Kind.UNDELIVERABLE, Kind.ABSENCE, Kind.REPLY
    }  # fmt: skip
