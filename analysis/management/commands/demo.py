"""manage.py demo STUDY: a whole survey on one machine, from invitation to report, then the service."""

import csv
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from datetime import time as time_of_day
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.models import Q
from django.utils.formats import date_format

from analysis.files import write_all
from respondents.models import Case, Letter, Mailing
from surveys.models import Survey

ANSWERS_EACH = 12
ACCOUNTS = {"administrator": "Administrator", "researcher": "Researcher", "interviewer": "Interviewer"}
PATIENCE = 300.0


class Command(BaseCommand):
    """Fields a study end to end with its returns, or made-up ones; a second run goes on from there."""

    help = "Field a study on this machine: load, invite through a worker, answer, report, serve until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("study", type=Path)
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="end when the files are written")

    def handle(self, *, study: Path, port: int, no_serve: bool, **options: object) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)  # also where a script started us
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # end worker and web server with us
        begun = time.monotonic()
        self.say("Database")
        call_command("migrate", verbosity=0)
        with running("celery", "-A", "config", "worker", "--beat", "--concurrency=2", "--loglevel=WARNING"):
            self.show_accounts()
            survey = self.loaded(study)
            self.field(survey, study / "returns.csv")
            write_links(survey)
            written_before = (settings.VAR_DIR / "report.pdf").exists()
            if no_serve or not written_before:
                self.write_files(survey)
            self.say(f"Ready after {time.monotonic() - begun:.0f} s. Everything is in {settings.VAR_DIR}")
            if not no_serve:
                self.serve(port, survey if written_before else None)

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def show_accounts(self) -> None:
        """Make one account a role on the first run; print them on every run."""
        file = settings.VAR_DIR / "accounts.txt"
        if not User.objects.exists():
            file.touch(mode=0o600)
            with file.open("w") as accounts:
                for name, role in ACCOUNTS.items():
                    call_command("add_staff", name, role=role, stdout=accounts)
        self.say(f"Accounts for {settings.BASE_URL}/desk/\n{file.read_text().rstrip()}")

    def loaded(self, study: Path) -> Survey:
        """The survey with its register, its clock at the start of the field phase if nothing was sent yet."""
        call_command("load_study", study, stdout=self.stdout)
        survey = Survey.objects.get(name=study.resolve().name)
        if not Case.objects.of(survey).exists():
            call_command("import_register", study / "register.csv", survey=survey.name, stdout=self.stdout)
        return survey

    def field(self, survey: Survey, returns: Path) -> None:
        """Wave by wave: send it, bring in the returns until the next one, and stop on the last day."""
        last_morning = datetime.combine(survey.field_end, time_of_day(9, tzinfo=ZoneInfo(survey.time_zone)))
        waves = [m for m in survey.mailings.all() if m.planned_for < last_morning]
        for wave, until in zip(waves, [*(m.planned_for for m in waves[1:]), None], strict=True):
            self.send(wave)
            self.answer(survey, returns, wave.planned_for, until, max(1, ANSWERS_EACH // len(waves)))
        survey.set_clock(last_morning)

    def send(self, wave: Mailing) -> None:
        """Propose and release a wave on its day and watch the worker send it."""
        if not wave.released_at:
            wave.survey.set_clock(wave.planned_for)
            pick_priority_cases(wave)
            wave.propose(User.objects.get(username="researcher"))
            wave.release(User.objects.get(username="administrator"))
        shown, deadline = -1, time.monotonic() + PATIENCE
        while (waiting := wave.letters.under_way().count()) and time.monotonic() < deadline:
            if waiting != shown:
                self.say(f"{wave.title}: {waiting} letters on their way")
            shown = waiting
            time.sleep(0.5)
        if waiting:
            raise CommandError(f"{waiting} letters were not sent within {PATIENCE:.0f} s; see celery.log")
        sent = wave.progress()[Letter.State.SENT]
        self.say(f"{date_format(wave.planned_for, 'd.m.Y')} {wave.title}: {sent} letters sent")

    def answer(
        self, survey: Survey, returns: Path, since: datetime, until: datetime | None, each: int
    ) -> None:
        """Bring in the study's returns between two waves, or made-up ones if it has none."""
        window = Q(response__submitted_at__gte=since)
        if until:
            window &= Q(response__submitted_at__lt=until)
        if Case.objects.of(survey).filter(window).exists():  # a second run
            return
        if not returns.exists():
            call_command("rehearse", survey=survey.name, each=each, stdout=self.stdout)
            return
        span = {"since": since.isoformat(), "until": until.isoformat() if until else ""}
        call_command("import_returns", returns, survey=survey.name, stdout=self.stdout, **span)

    def write_files(self, survey: Survey) -> None:
        self.say("Report and data files")
        write_all(survey, settings.VAR_DIR)

    def serve(self, port: int, outdated: Survey | None) -> None:
        """Serve until Ctrl-C; files of an earlier run are renewed meanwhile."""
        connection.close()
        with running("gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--log-level=warning") as web:
            self.say(f"Serving {settings.BASE_URL}/desk/ (Ctrl-C ends it). Personal links: links.csv")
            try:
                if outdated:
                    self.write_files(outdated)
                code = web.wait()
            except KeyboardInterrupt:
                self.say("Ending")
            else:
                raise CommandError(f"the web server ended ({code}); gunicorn.log beside the data says why")


def pick_priority_cases(wave: Mailing) -> None:
    """Whom a person would choose for a letter to hand-picked cases: important ones that owe an answer."""
    if wave.audience_rule.get("hand_picked"):
        wave.picked.set(Case.objects.of(wave.survey).owing_answer().filter(priority=True))


def write_links(survey: Survey) -> None:
    """The personal links of all offices that may still answer, for trying the form."""
    cases = Case.objects.of(survey).owing_answer().select_related("variant", "office__municipality")
    file = settings.VAR_DIR / "links.csv"
    file.touch(mode=0o600)
    with file.open("w", newline="") as links:
        writer = csv.writer(links, lineterminator="\n")
        writer.writerow(("office_type", "municipality", "url"))
        for case in cases.order_by("variant__position", "office__municipality__name"):
            writer.writerow((case.variant.code, case.office.municipality.name, case.link))


@contextmanager
def running(program: str, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A program of this environment that runs beside us, logs to a file, and ends with us."""
    command = [str(Path(sys.executable).parent / program), *arguments]
    with (settings.VAR_DIR / f"{program}.log").open("ab") as log:
        # a session of its own, for Ctrl-C is ours to pass on
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
