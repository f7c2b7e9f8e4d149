"""Letters as files: where they are put, that they are whole, and that no header leads out of the folder."""

import os
from email import message_from_bytes
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.mail import EmailMessage, get_connection

from respondents.delivery import deliver
from respondents.letters import compose
from respondents.models import Letter, Mailing


def files(settings: LazySettings) -> set[str]:
    folder = Path(settings.EMAIL_FILE_PATH)
    return {str(path.relative_to(folder)) for path in folder.rglob("*.eml")}


def write(**headers: str) -> None:
    message = EmailMessage("Subject", "Text", "a@b.example", ["c@d.example"], headers=headers)
    get_connection().send_messages([message])


@pytest.mark.django_db
def test_every_letter_is_a_file_named_by_mailing_and_case(mailing: Mailing, settings: LazySettings) -> None:
    for letter in mailing.letters.all():
        deliver(letter.pk)
    assert files(settings) == {f"invitation/{letter.case.pk}.eml" for letter in mailing.letters.all()}
    assert set(mailing.letters.values_list("state", flat=True)) == {Letter.State.SENT}


def test_a_file_is_the_letter_itself(letter: Letter, settings: LazySettings) -> None:
    deliver(letter.pk)
    content = Path(settings.EMAIL_FILE_PATH, "invitation", f"{letter.case.pk}.eml").read_bytes()
    written, composed = message_from_bytes(content), compose(letter).message()
    for header in ("To", "Subject", "Message-ID", "X-Mailing", "Auto-Submitted"):
        assert written[header] == composed[header]
    payloads = [[part.get_payload(decode=True) for part in m.walk()] for m in (written, composed)]
    assert payloads[0] == payloads[1]


@pytest.mark.parametrize("breaks", ["fsync", "replace"])
def test_a_disk_that_fails_leaves_no_half_a_letter(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    def fail(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, breaks, fail)
    with pytest.raises(OSError, match="No space left"):
        write(**{"X-Mailing": "invitation", "X-Case": "1"})
    assert files(settings) == set()


def test_writing_again_replaces_the_file_and_leaves_no_other(settings: LazySettings) -> None:
    for _ in range(2):
        write(**{"X-Mailing": "invitation", "X-Case": "1"})
    folder = Path(settings.EMAIL_FILE_PATH)
    assert [path.name for path in folder.rglob("*") if path.is_file()] == ["1.eml"]


def test_mail_of_another_kind_stands_apart(settings: LazySettings) -> None:
    write(**{"Message-ID": "<a.b@c.example>"})
    (name,) = files(settings)
    assert name.startswith("other/")


@pytest.mark.parametrize(
    "name", ["../../outside", "/outside", "..", ".", "a/b", "a\\b", "x/../../../y", "~", "a:b", "C:\\x"]
)
@pytest.mark.parametrize("header", ["X-Mailing", "X-Case"])
def test_no_header_leads_out_of_the_folder(
    settings: LazySettings, tmp_path: Path, header: str, name: str
) -> None:
    write(**{"X-Mailing": "invitation", "X-Case": "1", header: name})
    (written,) = files(settings)
    assert len(Path(written).parts) == 2
    outside = [p for p in tmp_path.rglob("*") if p.is_file() and tmp_path / "mail" not in p.parents]
    assert outside == []
