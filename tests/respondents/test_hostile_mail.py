"""A mail that means harm is read like any other: no exception, no false failure, only its beginning."""

from email.message import Message

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from respondents import bounces
from respondents.bounces import read
from respondents.diagnosis import Kind
from respondents.incoming import LONGEST, LONGEST_TEXT
from respondents.marks import mark
from tests.respondents.postbag import specimen, specimens

pytestmark = pytest.mark.once

NESTED = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000))
HOSTILE = {
    "nothing": b"",
    "ten megabytes on one line": b"Subject: x\n\n" + b"a" * 10_000_000,
    "ten megabytes of empty lines": b"Subject: x\n\n" + b"\n" * 10_000_000,
    "endless nesting": NESTED,
    "endless messages in messages": b"Content-Type: message/rfc822\n\n" * 5_000,
    "a bomb of headers": b"X-A: b\n" * 100_000 + b"\nx",
    "a header without end": b"Subject: a" + b"\n b" * 100_000,
    "parameters without end": b"Content-Type: multipart/mixed" + b'\n ;"a' * 50_000 + b"\n\nx",
    "a report of empty blocks": b"Content-Type: message/delivery-status\n\n" + b"a: b\n\n" * 50_000,
    "tags that never close": b"Content-Type: text/html\n\n" + b"<style" * 50_000,
    "unknown character sets": b"Subject: =?no\0such?q?a?= =?punycode?b?!!!?=\n"
    b"Content-Type: text/plain; charset=idna\n\n\xff\xfe",
    "broken encodings": b"Subject: =?utf-8?b?a?=\nContent-Transfer-Encoding: base64\n\n=====A",
    "headers of raw bytes": b"From: \xff\xfe <\xc3\x28@\xff>\nTo: \xff\nSubject: \x80\x00\n\n\x00\xff",
    "a date that is none": b"Date: Mon, 99 Foo 99999999999 99:99:99 +9999999\n"
    b"Auto-Submitted: auto-replied\n\nabwesend bis 1.1.",
    "addresses without end": b"From: " + b'(<",' * 400 + b"\n\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_hostile_mail_is_more_than_a_mail_without_a_letter(name: str) -> None:
    found = read(HOSTILE[name])
    assert found.letters == ()
    assert found.kind not in (Kind.UNDELIVERABLE, Kind.FULL)
    assert len(found.text) <= LONGEST_TEXT
    assert len(found.subject) <= 300
    (found.text + found.subject + found.sender + found.words).encode()
    assert "\0" not in found.text + found.subject + found.sender


def test_of_a_long_mail_only_the_beginning_is_read() -> None:
    padding = b"x\n" * LONGEST
    assert read(b"Subject: x\n\n" + mark(7).encode() + b"\n" + padding).letters == (7,)
    assert read(b"Subject: x\n\n" + padding + mark(7).encode()).letters == ()


def test_marks_that_turn_a_line_around_are_taken_out() -> None:
    found = read("Subject: Rechnung \u202efdp.exe\n\nnach\u200b\u202e links".encode())
    assert found.subject == "Rechnung fdp.exe"
    assert found.text == "nach links"


def test_html_is_kept_as_words_alone() -> None:
    raw = b"Content-Type: text/html\n\n<script>alert(1)</script><p onclick=x>Guten <b>Tag</b></p>&lt;img&gt;"
    assert read(raw).text == "Guten Tag\n<img>"


@pytest.mark.parametrize("name", ["forged-report-with-wrong-mark", "nothing-but-a-sentence"])
def test_a_report_without_a_genuine_mark_belongs_to_no_letter(name: str) -> None:
    assert read(specimen(name).raw(4711)).letters == ()


def test_a_mail_that_flufl_bounce_cannot_read_is_read_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(message: Message) -> None:
        raise RecursionError

    monkeypatch.setattr(bounces, "all_failures", breaks)
    assert read(specimen("qmail-unknown").raw(4711)).kind is Kind.UNDELIVERABLE


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """One of our mails with pieces cut out, doubled, swapped for bytes, or mixed with another mail."""
    raw = draw(st.sampled_from(specimens())).raw(4711)
    for _ in range(draw(st.integers(1, 6))):
        start, stop = sorted((draw(st.integers(0, len(raw))), draw(st.integers(0, len(raw)))))
        other = draw(st.sampled_from(specimens())).raw(4711)
        middle = draw(st.one_of(st.binary(max_size=30), st.just(raw[start:stop] * 2), st.just(other)))
        raw = raw[:start] + middle + raw[stop:]
    return raw


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(spoilt())
def test_a_spoilt_mail_is_read_without_fault_and_finds_no_other_letter(raw: bytes) -> None:
    found = read(raw)
    assert found.letters in ((), (4711,))
    (found.text + found.subject + found.sender + found.words + "".join(found.recipients)).encode()


@given(st.binary(max_size=500))
def test_any_bytes_are_read_without_fault(raw: bytes) -> None:
    assert read(raw).letters == ()
