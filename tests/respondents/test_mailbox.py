"""Returned mail is fetched from a real IMAP server and from a Maildir, and put away only when told to."""

import logging
import runpy
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from environs import EnvValidationError

from respondents.incoming import LONGEST
from respondents.mailbox import MailboxError, waiting
from respondents.tasks import collect_bounces
from tests.builders import ROOT
from tests.respondents.imapserver import PASSWORD, USER, ImapServer, imap_server

pytestmark = pytest.mark.once

ONE, TWO = b"Subject: one\r\n\r\n1\r\n", b"Subject: two\r\n\r\n2\r\n"


# --- Maildir ---


@pytest.fixture
def maildir(tmp_path: Path) -> Path:
    folder = tmp_path / "Mail dir"
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True)
    (folder / "new" / "1.host").write_bytes(ONE)
    (folder / "new" / "2.host").write_bytes(TWO)
    return folder


def address(folder: Path) -> str:
    return f"maildir://{quote(str(folder))}"


def names(folder: Path) -> list[str]:
    return sorted(f"{path.parent.name}/{path.name}" for path in folder.glob("*/*"))


def test_a_maildir_hands_out_what_is_new_oldest_first(maildir: Path) -> None:
    assert [mail.raw for mail in waiting(address(maildir))] == [ONE, TWO]


def test_a_mail_waits_again_unless_it_was_put_away(maildir: Path) -> None:
    first, _ = waiting(address(maildir))
    first.put_away()
    assert [mail.raw for mail in waiting(address(maildir))] == [TWO]
    assert names(maildir) == ["cur/1.host:2,S", "new/2.host"]


def test_what_a_mail_program_has_only_listed_waits_too(maildir: Path) -> None:
    (maildir / "new" / "1.host").rename(maildir / "cur" / "1.host:2,F")
    first, _ = waiting(address(maildir))
    first.put_away()
    assert first.raw == ONE
    assert names(maildir) == ["cur/1.host:2,FS", "new/2.host"]


def test_two_collectors_may_put_the_same_mail_away(maildir: Path) -> None:
    mine, yours = next(waiting(address(maildir))), next(waiting(address(maildir)))
    mine.put_away()
    yours.put_away()
    assert names(maildir) == ["cur/1.host:2,S", "new/2.host"]


def test_a_mail_that_cannot_be_opened_holds_up_no_other(
    maildir: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (maildir / "new" / "0.host").symlink_to(maildir / "nowhere")
    with caplog.at_level(logging.ERROR):
        assert [mail.raw for mail in waiting(address(maildir))] == [ONE, TWO]
    assert "cannot be read" in caplog.text


def test_of_a_huge_mail_only_the_beginning_is_fetched(maildir: Path) -> None:
    (maildir / "new" / "1.host").write_bytes(ONE + b"x" * 2 * LONGEST)
    assert [len(mail.raw) for mail in waiting(address(maildir))] == [LONGEST, len(TWO)]


def test_a_maildir_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MailboxError):
        next(waiting(address(tmp_path / "nowhere")))


# --- IMAP ---


@pytest.fixture(scope="module")
def server() -> Iterator[ImapServer]:
    with imap_server() as started:
        yield started


@pytest.fixture
def inbox(server: ImapServer, monkeypatch: pytest.MonkeyPatch) -> ImapServer:
    """The server with two mails in its inbox, and nothing put away."""
    monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
    server.empty()
    server.receive(ONE)
    server.receive(TWO)
    return server


def login(server: ImapServer, scheme: str = "imaps", password: str = PASSWORD) -> str:
    port = server.tls if scheme == "imaps" else server.starttls
    return f"{scheme}://{quote(USER, safe='')}:{quote(password, safe='')}@localhost:{port}/INBOX"


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_real_server_hands_out_its_inbox_and_moves_what_is_put_away(inbox: ImapServer, scheme: str) -> None:
    first, second = waiting(login(inbox, scheme))
    assert (first.raw, second.raw) == (ONE, TWO)
    for mail in waiting(login(inbox, scheme)):
        if mail.raw == ONE:
            mail.put_away()
    assert inbox.mails() == [TWO]
    assert inbox.mails(".Verarbeitet") == [ONE]
    assert [mail.raw for mail in waiting(login(inbox, scheme))] == [TWO]


def test_a_huge_mail_on_a_server_is_fetched_in_part(inbox: ImapServer) -> None:
    inbox.receive(ONE + b"x\r\n" * LONGEST)
    assert [len(mail.raw) for mail in waiting(login(inbox))] == [len(ONE), len(TWO), LONGEST]


def test_a_server_without_move_keeps_the_mail_as_deleted(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "imapclient.IMAPClient.has_capability", lambda client, name: name not in ("MOVE", "NAMESPACE")
    )
    for mail in waiting(login(inbox)):
        mail.put_away()
    assert list(waiting(login(inbox))) == []
    assert sorted(inbox.mails(".Verarbeitet")) == [ONE, TWO]


def test_a_wrong_password_is_an_error_that_does_not_name_it(inbox: ImapServer) -> None:
    with pytest.raises(MailboxError) as refused:
        next(waiting(login(inbox, password="wrong-secret")))
    assert "wrong-secret" not in str(refused.value)


@pytest.mark.parametrize("scheme", ["imaps", "imap"])
def test_a_server_whose_certificate_is_not_trusted_gets_no_password(
    inbox: ImapServer, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(ssl.SSLCertVerificationError):
        next(waiting(login(inbox, scheme)))


# --- the setting ---


def schedule_with(url: str, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the beat does with this address in the environment."""
    monkeypatch.setenv("RETURNS_URL", url)
    schedule: dict[str, Any] = runpy.run_path(str(ROOT / "config" / "settings.py"))["CELERY_BEAT_SCHEDULE"]
    return schedule


@pytest.mark.parametrize(
    "url",
    [
        "pop3://user:password@host/",
        "imaps://host/INBOX",
        "imaps://user@host/INBOX",
        "imap://us@er:pass@host",
        "imap://user:top-secret@host:port/",
        "maildir://relative/folder",
        "/var/mail",
    ],
)
def test_an_address_of_another_shape_stops_the_start_and_is_not_shown(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(EnvValidationError) as refused:
        schedule_with(url, monkeypatch)
    assert "RETURNS_URL" in str(refused.value)
    assert "top-secret" not in str(refused.value)


def test_mail_is_collected_only_where_an_address_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    without = schedule_with("", monkeypatch)
    given = schedule_with("imaps://a%40b.example:x%3Ay@host.example:993/INBOX", monkeypatch)
    assert set(given) - set(without) == {"collect bounces"}
    assert given["collect bounces"]["task"] == collect_bounces.name
