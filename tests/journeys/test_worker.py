"""A mail-out through real processes: a worker with beat turns released letters into files, once each."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from tests import builders
from tests.journeys.machine import Invited, Machine, wait_until


def letters(folder: Path) -> dict[str, EmailMessage]:
    """The letters in the outbox by the name of their file."""
    return {
        path.name: message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in folder.glob("*.eml")
    }


def check(letter: EmailMessage, case: Invited) -> None:
    assert [address.addr_spec for address in letter["To"].addresses] == [case.email]
    assert letter["X-Mailing"] == "invitation"
    for form in ("plain", "html"):
        part = letter.get_body((form,))
        assert part is not None
        assert set(re.findall(r"http://[\w.:]+/b/\w+", part.get_content())) == {case.url}


def test_a_worker_sends_every_case_one_letter_with_its_own_link(own_machine: Machine) -> None:
    study, outbox = builders.SMALL_STUDY, own_machine.folder / "mail" / "invitation"
    field = own_machine.field(study, study / "register.csv", clock="2024-03-04T08:00")
    expected = {f"{case.id}.eml" for case in field.cases}
    assert len(expected) == len({case.url for case in field.cases}) == 12
    with own_machine.worker():
        wait_until(lambda: letters(outbox).keys() >= expected, "letters by the worker")
        written = {path: path.stat().st_mtime_ns for path in outbox.iterdir()}
        time.sleep(6)  # the beat comes round once more
    assert {path: path.stat().st_mtime_ns for path in outbox.iterdir()} == written
    found = letters(outbox)
    assert found.keys() == expected
    for case in field.cases:
        check(found[f"{case.id}.eml"], case)
    assert len({letter["Message-ID"] for letter in found.values()}) == len(expected)
