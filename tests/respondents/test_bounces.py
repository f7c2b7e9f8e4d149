"""What comes back is read for what it is and finds its letter, whatever system sent it."""

import pytest

from respondents.bounces import Returned, read
from respondents.diagnosis import Kind
from respondents.marks import mark
from tests.respondents.postbag import Specimen, specimen, specimens

pytestmark = pytest.mark.once

LETTER = 4711
ALL = specimens()


@pytest.fixture(scope="module")
def readings() -> list[tuple[Specimen, Returned]]:
    return [(one, read(one.raw(LETTER))) for one in ALL]


def missed(names: list[str]) -> float:
    """The share of the postbag that was missed; pytest shows which."""
    print("missed:", *names)
    return len(names) / len(ALL)


def expected_letters(one: Specimen) -> tuple[int, ...]:
    return (LETTER,) if one.has_letter else ()


def test_the_postbag_holds_sixty_mails_of_every_kind() -> None:
    assert len(ALL) >= 60
    assert {one.kind for one in ALL} == {
        Kind.UNDELIVERABLE, Kind.FULL, Kind.DELAYED, Kind.POLICY, Kind.ABSENCE, Kind.REPLY, Kind.AUTOMATIC
    }  # fmt: skip


def test_98_of_100_mails_find_their_letter_and_none_finds_another(
    readings: list[tuple[Specimen, Returned]],
) -> None:
    wrong = [one.name for one, found in readings if found.letters not in ((), expected_letters(one))]
    assert wrong == []
    assert missed([one.name for one, found in readings if found.letters != expected_letters(one)]) <= 0.02


def test_95_of_100_mails_are_read_for_what_they_are(readings: list[tuple[Specimen, Returned]]) -> None:
    assert missed([one.name for one, found in readings if found.kind != one.kind]) <= 0.05


def test_no_delay_and_no_absence_counts_as_a_failure(readings: list[tuple[Specimen, Returned]]) -> None:
    harmless = [(one, found) for one, found in readings if one.kind in (Kind.DELAYED, Kind.ABSENCE)]
    assert len(harmless) > 20
    failures = (Kind.UNDELIVERABLE, Kind.FULL, Kind.POLICY)
    assert [one.name for one, found in harmless if found.kind in failures] == []


def test_no_policy_and_no_full_mailbox_makes_an_address_dead(
    readings: list[tuple[Specimen, Returned]],
) -> None:
    alive = [(one, found) for one, found in readings if one.kind is not Kind.UNDELIVERABLE]
    assert [one.name for one, found in alive if found.kind is Kind.UNDELIVERABLE] == []


def test_every_absence_ends_when_its_note_says(readings: list[tuple[Specimen, Returned]]) -> None:
    assert [(one.name, found.until) for one, found in readings if found.until != one.until] == []


def test_status_and_failed_address_are_those_of_the_report(
    readings: list[tuple[Specimen, Returned]],
) -> None:
    assert [(one.name, found.status) for one, found in readings if one.status not in ("", found.status)] == []
    named = [(one, found) for one, found in readings if one.recipient]
    assert [
        (one.name, found.recipients) for one, found in named if one.recipient not in found.recipients
    ] == []


def test_the_other_systems_reason_is_kept() -> None:
    assert read(specimen("postfix-unknown-user").raw(LETTER)).words == (
        "550 5.1.1 <jugend@stadt.example>: Recipient address rejected: User unknown in local recipient table"
    )
    assert (
        read(specimen("qmail-unknown").raw(LETTER)).words == "Sorry, no mailbox here by that name. (#5.1.1)"
    )


def test_a_reply_is_kept_in_plain_words() -> None:
    found = read(specimen("absence-html-iso").raw(LETTER))
    assert found.subject == "Automatische Antwort: Kommunalbefragung"
    assert found.sender == "amt@stadt.example"
    assert found.text == "Guten Tag,\nich bin voraussichtlich bis 29. November nicht im Büro."


def test_an_encoded_subject_is_kept_in_plain_words() -> None:
    assert read(specimen("domino-german").raw(LETTER)).subject == (
        "ZUSTELLUNGSFEHLER: Benutzer nicht im Domino-Verzeichnis aufgeführt"
    )


def test_the_envelope_says_more_about_the_letter_than_what_is_quoted() -> None:
    raw = f"To: returns+{mark(1)}@institute.example\nIn-Reply-To: <survey.x.{mark(2)}@a.example>\n\n{mark(3)}"
    assert read(raw.encode()).letters == (1, 2, 3)


def test_the_letter_that_was_returned_says_more_than_its_thread() -> None:
    raw = specimen("postfix-without-envelope-mark").raw(LETTER)
    threaded = raw.replace(
        b"MIME-Version", f"References: <survey.x.{mark(2)}@a.example>\nMIME-Version".encode(), 1
    )
    assert read(threaded).letters == (LETTER, 2)


@pytest.mark.parametrize(
    ("status", "words", "kind"),
    [
        ("5.1.1", "550 5.7.1 sender rejected", Kind.POLICY),
        ("5.7.1", "550 5.7.1 user unknown", Kind.POLICY),
        ("5.2.1", "550 mailbox disabled: over quota", Kind.FULL),
        ("5.1.1", "550 blocked by policy", Kind.POLICY),
        ("5.0.0", "550 no such user", Kind.UNDELIVERABLE),
        ("5.0.0", "550 user unknown or blocked as spam", Kind.POLICY),
        ("4.4.7", "message expired", Kind.FULL),
        ("5.0.0", "", Kind.UNDELIVERABLE),
    ],
)
def test_where_code_and_words_differ_the_address_is_not_called_dead(
    status: str, words: str, kind: Kind
) -> None:
    report = f"Final-Recipient: rfc822;a@b.example\nAction: failed\nStatus: {status}\n"
    if words:
        report += f"Diagnostic-Code: smtp; {words}\n"
    head = "From: MAILER-DAEMON@b.example\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; b\n\n"
    assert read((head + report).encode()).kind is kind


def test_a_person_who_writes_like_a_bounce_makes_no_failure() -> None:
    words = "Subject: Undelivered Mail Returned to Sender\n\n<a@b.example>: 550 5.1.1 User unknown"
    assert read(f"From: Anna <anna@stadt.example>\n{words}".encode()).kind is Kind.REPLY
    assert read(f"From: MAILER-DAEMON@stadt.example\n{words}".encode()).kind is Kind.UNDELIVERABLE
