"""Collectors that are killed in the middle: each mail is stored once all the same."""

import signal
from pathlib import Path

from tests.journeys.machine import Machine, program
from tests.respondents.postbag import specimen

NAMES = ("reply-question", "qmail-unknown", "absence-weekday", "gateway-nospamproxy")
DIES = """
import os, signal
from django.conf import settings
from respondents import collection

done = collection.{step}
def dies(*given):
    done(*given)
    os.kill(os.getpid(), signal.SIGKILL)
collection.{step} = dies
collection.collect(settings.RETURNS_URL)
"""
COUNT = "from respondents.models import Contact; print(Contact.objects.count())"


def with_mail(machine: Machine) -> Path:
    """A Maildir with four mails, which the machine reads."""
    folder = machine.folder / "returned"
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True)
    for name in NAMES:
        (folder / "new" / name).write_bytes(specimen(name).raw(1))
    machine.environment["RETURNS_URL"] = f"maildir://{folder}"
    return folder


def killed_after(machine: Machine, step: str) -> None:
    """A collector that is killed right after this step of its first mail."""
    script = DIES.format(step=step)
    with machine.running([program("python"), "manage.py", "shell", "-v0", "-c", script], "killed") as process:
        assert process.wait(60) == -signal.SIGKILL


def contacts(machine: Machine) -> int:
    return int(machine.manage("shell", "--verbosity=0", "-c", COUNT))


def test_a_mail_is_stored_once_though_its_collector_is_killed(own_machine: Machine) -> None:
    folder = with_mail(own_machine)
    own_machine.manage("migrate", "--verbosity=0")
    killed_after(own_machine, "store")
    assert contacts(own_machine) == 1
    assert len(list((folder / "new").iterdir())) == len(NAMES)
    killed_after(own_machine, "put_away")
    assert len(list((folder / "new").iterdir())) == len(NAMES) - 1
    assert own_machine.manage("collect_bounces").startswith("3 mails taken up")
    assert contacts(own_machine) == len(NAMES)
    assert list((folder / "new").iterdir()) == []
