"""Collects returned mail: each becomes one contact of its case, exactly once, and answers nobody.

A mail is stored before it is put away, and known by its fingerprint: whatever dies in between, the next run
finds the mail again and stores it no second time.
"""

import logging
import re
from collections import Counter
from contextlib import closing
from hashlib import sha256

from django.db import InterfaceError, OperationalError
from django.utils import timezone

from respondents.bounces import Returned, read
from respondents.incoming import LONGEST_TEXT, clean, decoded
from respondents.mailbox import MailboxError, Waiting, waiting
from respondents.models import Case, Contact, Letter

logger = logging.getLogger(__name__)

Kind = Contact.Kind
KNOWN = "known"  # a mail that an earlier run has stored
# A respondent's link, also where a mail program has wrapped it, quoted it or rewritten it into another.
LINK = re.compile(r"((?:/|%2F)(?:b|p|no)(?:/|%2F))(?:(?:=?\n[> \t]*)?[\w-]){8,80}", re.IGNORECASE)


def collect(url: str) -> Counter[str]:
    """Take up all mail that waits there; how many of each kind. One that fails holds up no other."""
    taken: Counter[str] = Counter()
    with closing(waiting(url)) as mails:
        for mail in mails:
            taken[keep(mail.raw)] += 1
            put_away(mail)
    return taken


def put_away(mail: Waiting) -> None:
    """Where the mailbox refuses, the mail is met again, and known."""
    try:
        mail.put_away()
    except MailboxError:
        logger.exception("A mail that has been taken up could not be put away; it stays")


def keep(raw: bytes) -> str:
    """Store one mail as a contact; its kind, or KNOWN. What cannot be read goes to the desk as such."""
    fingerprint = sha256(raw).hexdigest()
    if Contact.objects.filter(fingerprint=fingerprint).exists():
        return KNOWN
    try:
        return store(read(raw), fingerprint)
    except (OperationalError, InterfaceError):  # the database's fault, not the mail's: it waits
        raise
    except Exception:  # whatever is in the mail, a person has to know that it came
        logger.exception("A mail could not be taken up; it is at the desk as unreadable")
        return unreadable(raw, fingerprint)


def store(found: Returned, fingerprint: str) -> str:
    """Write the contact in one statement; two collectors at a time write one."""
    letter = letter_of(found)
    case = letter.case if letter else probable_case(found)
    contact, is_new = Contact.objects.get_or_create(
        fingerprint=fingerprint,
        defaults={
            "case": case,
            "letter": letter,
            "probable": bool(case) and not is_certain(found, letter),
            "kind": kind_of(found, letter),
            "at": case.variant.survey.now() if case else timezone.now(),
            "until": found.until,
            "sender": found.sender,
            "subject": found.subject,
            "text": text_of(found),
            "status": found.status,
        },
    )
    if is_new and letter:
        letter.came_back()
    if is_new and letter and contact.kind == Kind.UNDELIVERABLE:
        letter.mailing.pause_if_failing()
    return contact.kind if is_new else KNOWN


def text_of(found: Returned) -> str:
    """The reason that was given, unless it stands in the text, and the text."""
    parts = (found.text,) if found.words in found.text else (found.words, found.text)
    return without_links("\n\n".join(parts))


def without_links(text: str) -> str:
    """The text without the secrets of respondents' links: no copy of the database gives one away."""
    return LINK.sub(r"\1…", text)


def unreadable(raw: bytes, fingerprint: str) -> str:
    """Store the headers of a mail as they are."""
    headers = decoded(raw.replace(b"\r\n", b"\n").partition(b"\n\n")[0])
    text = without_links(clean(headers)[:LONGEST_TEXT])
    content = {"kind": Kind.UNREADABLE, "at": timezone.now(), "text": text}
    Contact.objects.get_or_create(fingerprint=fingerprint, defaults=content)
    return Kind.UNREADABLE


def letter_of(found: Returned) -> Letter | None:
    """The first letter whose mark the mail bears and that still exists."""
    whole = Letter.objects.select_related("mailing__survey", "case__variant__survey", "case__office")
    letters = whole.in_bulk(found.letters)
    return next((letters[pk] for pk in found.letters if pk in letters), None)


def is_certain(found: Returned, letter: Letter | None) -> bool:
    """Whether the mail may decide something: it bears a mark, and a failure names the office's own address.

    Behind an office's address there may be a list; one member who has left leaves the others to write to.
    """
    if letter is None or found.kind != Kind.UNDELIVERABLE or not found.recipients:
        return letter is not None
    mailbox = letter.case.office.email.partition("@")[0].lower()
    return mailbox in {recipient.partition("@")[0] for recipient in found.recipients}


def probable_case(found: Returned) -> Case | None:
    """The one case with the failed or else the sender's address; None if there are none or several."""
    cases = Case.objects.select_related("variant__survey")
    for address in (*found.recipients, found.sender):
        found_there = list(cases.filter(office__email__iexact=address)[:2]) if address else []
        if len(found_there) == 1:
            return found_there[0]
    return None


def kind_of(found: Returned, letter: Letter | None) -> Kind:
    """A failure of an address that has been mended since the letter went out decides nothing any more."""
    if not (found.sender or found.subject or found.text):
        return Kind.UNREADABLE
    if letter and letter.settled_at and found.kind == Kind.UNDELIVERABLE:
        mended = letter.case.contacts.filter(kind__in=(Kind.ADDRESS_CHANGED, Kind.REINSTATED))
        if mended.filter(at__gt=letter.settled_at).exists():
            return Kind.AUTOMATIC
    return found.kind
