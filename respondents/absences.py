"""Absence notes: whether a text is one, and the last day of the absence, from German and English words."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from respondents.phrases import ABSENT, ABSENT_SUBJECT, AUTOMATIC_WORDS, REPLY_PREFIX

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jänner january jan",
            "februar feber february feb",
            "märz maerz march mär mrz mar",
            "april apr",
            "mai may",
            "juni june jun",
            "juli july jul",
            "august aug",
            "september sept sep",
            "oktober october okt oct",
            "november nov",
            "dezember december dez dec",
        ),
        start=1,
    )
    for name in names.split()
}
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "montag monday",
            "dienstag tuesday",
            "mittwoch wednesday",
            "donnerstag thursday",
            "freitag friday",
            "samstag sonnabend saturday",
            "sonntag sunday",
        )
    )
    for name in names.split()
}
LONGEST_ABSENCE = timedelta(days=366)  # what lies further ahead is for a person to judge
HALF_A_YEAR = timedelta(days=182)

_month = "|".join(sorted(MONTHS, key=len, reverse=True))
_weekday = "|".join(WEEKDAYS)
# One day, however it is written.
DAY = (
    rf"(?:(?:{_weekday}|mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun)\b\.?,?\s*\(?)?(?:(?:den|dem|the)\s+)?"
    r"(?:(?P<iso>\d{4}-\d{1,2}-\d{1,2})"
    rf"|(?P<day>\d{{1,2}})(?:\.|st|nd|rd|th)?\s*(?:of\s+)?(?P<month>{_month})\b\.?,?(?:\s*(?P<year>\d{{4}})\b)?"
    rf"|(?P<month2>{_month})\b\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s*(?P<year2>\d{{4}})\b)?"
    r"|(?P<day3>\d{1,2})\s*\.\s*(?P<month3>\d{1,2})\s*\.?(?:\s*(?P<year3>\d{4}|\d{2})\b)?"
    r"|(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year4>\d{4}|\d{2}))?\b)"
)
NEXT = rf"(?P<weekday>(?:{_weekday})\b)|(?P<tomorrow>morgen|tomorrow)\b"
TO = r"(?:einschl(?:ie(?:ß|ss)lich|\.)?|in[ck]l(?:usive|\.)?|(?:and )?including|zum|on)?\s*"
UNTIL = (
    rf"(?:\bbis\s+(?:voraussichtlich\s+)?(?:und mit\s+)?{TO}{TO}"
    rf"|\b(?:until|till|through|thru|to|up to)\s+{TO}|(?:\d|{_month})\.?\s*(?:[-–&]|und|and)\s*)"
)
AGAIN = r"(?:wieder|zurück|rückkehr|erneut|back|again|return(?:ing)?|available|reachable|erreichbar)"
GAP = r"(?:[^.!?;]|(?<=\d)\.){0,60}?"  # within one sentence: a full stop after a digit ends none
FROM = r"(?:ab|am|on|from|as of|starting|after|nach)"

# How an end is told, the surest first, and how many days after the last day of the absence that day is.
TOLD = tuple(
    (re.compile(pattern, re.IGNORECASE), timedelta(days=days))
    for pattern, days in (
        (rf"\b(?:ab|am|as of|from)\s+{DAY}(?={GAP}\b{AGAIN}\b)", 1),
        (rf"\b{AGAIN}\b{GAP}\b{FROM}\s+{DAY}", 1),
        (rf"\b{AGAIN}\b(?:{GAP}:)?\s+{DAY}", 1),
        (rf"\b(?:nicht|not)\s+(?:vor dem|before)\s+{DAY}", 1),
        (rf"\bvor dem\s+{DAY}(?={GAP}\bnicht\b)", 1),
        (rf"\b(?:not|nicht)\b{GAP}\b(?:return|back|zurück)\s+(?:until|before|vor dem)\s+{DAY}", 1),
        (rf"{UNTIL}{DAY}", 0),
        (rf"\b(?:ab|am)\s+(?:kommenden\s+|nächsten\s+)?(?:{NEXT})(?={GAP}\b{AGAIN}\b)", 1),
        (rf"\b{AGAIN}\b(?:\s+\w+){{0,3}}?\s+{FROM}\s+(?:next\s+)?(?:{NEXT})", 1),
        (rf"\b(?:back|return(?:ing)?)\s+(?:{NEXT})", 1),
        (rf"\b(?P<tomorrow>morgen)\b(?={GAP}\b{AGAIN}\b)", 1),
        (rf"(?<!tag )(?<!day )\b(?:bis|until|till)\s+{TO}(?:(?:kommenden|nächsten|next)\s+)?(?:{NEXT})", 0),
    )
)
END_OF_MONTH = re.compile(
    rf"\b(?:bis|until|till)\s+(?:zum\s+|the\s+)?ende?\s+(?:of\s+)?(?P<month>{_month})\b", re.IGNORECASE
)


def has_absent_subject(subject: str) -> bool:
    return bool(ABSENT_SUBJECT.match(REPLY_PREFIX.sub("", subject, count=1)))


def says_absent(subject: str, text: str) -> bool:
    """Whether subject or text of an automatic mail speak of an absence."""
    return has_absent_subject(subject) or bool(ABSENT.search(text))


def is_unmarked_note(subject: str, text: str) -> bool:
    """Whether a mail without any automatic header is an absence note all the same."""
    return has_absent_subject(subject) or (
        len(text) < 1_500 and bool(ABSENT.search(text)) and bool(AUTOMATIC_WORDS.search(text))
    )


def last_day(subject: str, text: str, sent: date) -> date | None:
    """The last day of the absence that a note tells of; None if it names none within a year.

    A note that names the day of the return ends on the day before. Without a year the date nearest to the
    note is meant. The subject counts only where the text is silent, and only up to a colon: behind it stands
    our own subject, which may have dates too.
    """
    for part in (text, subject.partition(": ")[0]):
        words = " ".join(part[:4_000].split())
        ends = [end for end in _ends(words, sent) if end and end - sent <= LONGEST_ABSENCE]
        if ends:
            return next((end for end in ends if end >= sent), ends[0])
    return None


def _ends(words: str, sent: date) -> Iterator[date | None]:
    """The ends that the words name, the surest first."""
    for pattern, later in TOLD:
        for found in pattern.finditer(words):
            if day := _day(found.groupdict(), sent):
                yield day - later
    for found in END_OF_MONTH.finditer(words):
        first = _nearest(None, MONTHS[found["month"].lower()], 1, sent)
        yield first and (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _day(found: dict[str, str | None], sent: date) -> date | None:
    """The day that a match names."""
    if found.get("tomorrow"):
        return sent + timedelta(days=1)
    if weekday := found.get("weekday"):
        return sent + timedelta(days=(WEEKDAYS[weekday.lower()] - sent.weekday() - 1) % 7 + 1)
    if iso := found.get("iso"):
        year, month, day = map(int, iso.split("-"))
        return _nearest(year, month, day, sent)
    return _written(found, sent)


def _written(found: dict[str, str | None], sent: date) -> date | None:
    """A day written with the name or number of its month."""
    year = next((found[key] for key in ("year", "year2", "year3", "year4") if found.get(key)), None)
    day = found["day"] or found["day2"] or found["day3"] or found["first"] or ""
    month = found["month"] or found["month2"] or found["month3"] or found["second"] or ""
    number = MONTHS.get(month.lower()) or int(month)
    if found["first"] and number > 12:  # American: month before day
        day, number = month, int(day)
    return _nearest(int(year) if year else None, number, int(day), sent)


def _nearest(year: int | None, month: int, day: int, sent: date) -> date | None:
    """The date; without a year the one nearest to the mail's; None if there is no such day."""
    if year is not None and year < 100:
        year += 2000
    try:
        found = date(sent.year if year is None else year, month, day)
        if year is None and abs(found - sent) > HALF_A_YEAR:
            found = found.replace(year=sent.year + (1 if found < sent else -1))
    except ValueError:
        return None
    return found
