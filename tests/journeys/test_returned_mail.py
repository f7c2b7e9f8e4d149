"""Collectors that are killed in the middle: each mail is stored once all the same."""

import json
from pathlib import Path

from tests.journeys.machine import Machine
from tests.respondents.postbag import specimen

NAMES = ("reply-question", "qmail-unknown", "absence-weekday", "gateway-nospamproxy")

# Collectors in processes of their own, killed right after a step of their first mail; then one that lives.
SCRIPT = """
import json, os, signal
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from respondents import collection
from respondents.models import Contact

def killed_after(step):
    done = getattr(collection, step)
    def dies(*given):
        done(*given)
        os.kill(os.getpid(), signal.SIGKILL)
    connection.close()
    if (child := os.fork()) == 0:
        setattr(collection, step, dies)
        collection.collect(settings.RETURNS_URL)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return dict(ended=ended, stored=Contact.objects.count(), waiting=len(os.listdir({new!r})))

call_command("migrate", verbosity=0)
killed = [killed_after("store"), killed_after("store"), killed_after("put_away")]
taken = collection.collect(settings.RETURNS_URL)
print(json.dumps(dict(killed=killed, taken=taken, stored=Contact.objects.count())))
"""


def with_mail(machine: Machine) -> Path:
    """A Maildir with four mails, which the machine reads."""
    folder = machine.folder / "returned"
    for part in ("tmp", "new", "cur"):
        (folder / part).mkdir(parents=True)
    for name in NAMES:
        (folder / "new" / name).write_bytes(specimen(name).raw(1))
    machine.environment["RETURNS_URL"] = f"maildir://{folder}"
    return folder


def test_a_mail_is_stored_once_though_its_collector_is_killed(own_machine: Machine) -> None:
    new = with_mail(own_machine) / "new"
    said = own_machine.manage("shell", "--verbosity=0", "-c", SCRIPT.format(new=str(new)))
    told = json.loads(said.splitlines()[-1])
    assert told["killed"] == [
        {"ended": -9, "stored": 1, "waiting": 4},  # stored, and not yet put away
        {"ended": -9, "stored": 2, "waiting": 3},  # the first was known, the second is stored
        {"ended": -9, "stored": 2, "waiting": 2},
    ]
    assert sum(told["taken"].values()) == 2
    assert told["stored"] == len(NAMES)
    assert list(new.iterdir()) == []
