"""Exactly who would get a mailing now and who would not, each with the reason, and what to look at first."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

import holidays
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from respondents.letters import is_greeted_by_name
from respondents.models import Case, Contact, Hindrance, Letter, Mailing
from surveys.csvfile import harmless
from surveys.studyfile import placeholders

HEADER = ("case", "office_type", "municipality", "state", "email", "goes", "reason_code", "reason")
COUNTRY = "DE"  # whose Länder the register names


@dataclass(frozen=True)
class Outlook:
    """What becomes of one case in a mailing; `hindrance` is "" if the letter goes."""

    case: Case
    hindrance: str
    why: str

    @property
    def goes(self) -> bool:
        return not self.hindrance

    @property
    def row(self) -> tuple[str, ...]:
        """The cells of HEADER; text that a spreadsheet would run stands behind an apostrophe."""
        case, place = self.case, self.case.office.municipality
        cells = (case.variant.code, place.name, place.state, case.office.email)
        return (str(case.pk), *map(harmless, cells), "1" if self.goes else "0", self.hindrance, self.why)


@dataclass(frozen=True)
class DryRun:
    """The outlook of every case of a survey, in the order of the register."""

    mailing: Mailing
    outlooks: tuple[Outlook, ...]

    @cached_property
    def going(self) -> tuple[Outlook, ...]:
        return tuple(outlook for outlook in self.outlooks if outlook.goes)

    @property
    def counts(self) -> list[tuple[str, str, int]]:
        """(code, words, number of cases) of each hindrance that occurs, most frequent first."""
        counted = Counter(outlook.hindrance for outlook in self.outlooks if outlook.hindrance)
        return [(code, str(Hindrance(code).label), n) for code, n in counted.most_common()]

    @property
    def warnings(self) -> list[str]:
        """What a person should look at before the mailing is released."""
        return [*letter_warnings(self.mailing), *day_warnings(self), *address_warnings(self)]

    def as_csv(self) -> str:
        """One line a case, with HEADER."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(outlook.row for outlook in self.outlooks)
        return text.getvalue()


def dry_run(mailing: Mailing) -> DryRun:
    """What would happen if the mailing went out now. Reads only."""
    survey = mailing.survey
    cases = mailing.judged().of(survey).select_related("variant", "office__municipality", "response")
    letters = {letter.case_id: letter for letter in mailing.letters.exclude(state=Letter.State.PLANNED)}
    since = last_contacts(mailing)
    with timezone.override(survey.now().tzinfo):
        rows = (outlook(mailing, case, letters.get(case.pk), since) for case in cases.order_by("pk"))
        return DryRun(mailing, tuple(rows))


def last_contacts(mailing: Mailing) -> dict[tuple[int, str], datetime]:
    """When each kind of contact was last recorded for a case, by (case, kind)."""
    contacts = Contact.objects.certain().filter(case__variant__survey=mailing.survey).order_by()
    rows = contacts.values_list("case", "kind").annotate(last=Max("at"))
    return {(case, kind): last for case, kind, last in rows if case is not None}


def outlook(
    mailing: Mailing, case: Case, letter: Letter | None, since: dict[tuple[int, str], datetime]
) -> Outlook:
    """The verdict on one case, in words."""
    if letter is not None:
        state = str(letter.get_hindrance_display() or letter.get_state_display())
        return Outlook(case, Hindrance.WRITTEN, dated(state, letter.settled_at))
    hindrance = mailing.hindrance_of(case)
    if not hindrance:
        return Outlook(case, "", later(mailing, case))
    moment = since.get((case.pk, hindrance))
    if hindrance == Hindrance.ANSWERED and case.response:
        moment = case.response.submitted_at
    return Outlook(case, hindrance, dated(str(Hindrance(hindrance).label), moment))


def later(mailing: Mailing, case: Case) -> str:
    """Until when the letter of an absent person waits; "" if it does not."""
    if not case.absent_until or case.absent_until < mailing.survey.today():
        return ""
    return _("abwesend bis {date}, geht danach").format(date=date_format(case.absent_until, "DATE_FORMAT"))


def dated(words: str, moment: datetime | None) -> str:
    """The words with the time, and the day unless it is today by the survey's clock."""
    if moment is None:
        return words
    local = timezone.localtime(moment)
    return f"{words} {date_format(local, 'd.m.Y, H:i')}"


# --- warnings ---


def letter_warnings(mailing: Mailing) -> Iterator[str]:
    forms = {_("Textfassung"): mailing.text, _("HTML-Fassung"): mailing.html}
    for form, text in forms.items():
        if mailing.asks_for_answer and "link" not in placeholders(text):
            yield _("{form} ohne persönlichen Link").format(form=form)
        if "opt_out" not in placeholders(text):
            yield _("{form} ohne Link zum Abmelden").format(form=form)


def day_warnings(run: DryRun) -> Iterator[str]:
    """Weekend, or a holiday in one of the Länder that letters go to."""
    zone = run.mailing.survey.now().tzinfo
    day = run.mailing.planned_for.astimezone(zone).date()
    if day.weekday() >= 5:
        yield _("{date} ist ein {weekday}").format(
            date=date_format(day, "DATE_FORMAT"), weekday=date_format(day, "l")
        )
    states = Counter(outlook.case.office.municipality.state for outlook in run.going)
    named: dict[str, Counter[str]] = {}
    for state, letters in states.items():
        if name := holiday(day, state):
            named.setdefault(name, Counter())[state] = letters
    for name, where in named.items():
        yield _("{date} ist Feiertag in {states} ({name}); Briefe dorthin: {n}").format(
            date=date_format(day, "DATE_FORMAT"), states=", ".join(sorted(where)), name=name, n=where.total()
        )


def holiday(day: date, state: str) -> str:
    """The name of the public holiday of that day in a Land; "" if there is none, or no such Land is known."""
    known = holidays.country_holidays(COUNTRY).subdivisions
    if state not in known:
        return ""
    name: str = holidays.country_holidays(COUNTRY, subdiv=state, years=day.year, language="de").get(day, "")
    return name


def address_warnings(run: DryRun) -> Iterator[str]:
    nameless = sum(not is_greeted_by_name(outlook.case.office) for outlook in run.going)
    if nameless:
        yield ngettext(
            "{n} Brief mit allgemeiner Anrede, weil das Register keine Person nennt",
            "{n} Briefe mit allgemeiner Anrede, weil das Register keine Person nennt",
            nameless,
        ).format(n=number_format(nameless, 0, force_grouping=True))
    addresses = Counter(outlook.case.office.email.lower() for outlook in run.going)
    for address, letters in addresses.items():
        if letters > 1:
            yield _("{n} Briefe gehen an dieselbe Adresse {address}").format(n=letters, address=address)
