"""What a mail system's code and words say of a letter: address dead, mailbox full, refused, late."""

import re

from respondents.models import Contact
from respondents.phrases import BLOCKED, FAILED, FULL, GIVEN_UP, LATE, POLICY, UNKNOWN

Kind = Contact.Kind

CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")
REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -](?=[#\d<A-Za-z])")

DEAD = ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.1", "5.4.4", "5.4.310")
OURS = ("5.1.7", "5.1.8", "5.2.3", "5.3.4")  # the sender's address or the size: says nothing of the office's
LONGEST = 4_000  # characters of words that are searched


def code_in(words: str) -> str:
    """The enhanced status code (RFC 3463) that the words name, a failure before anything else; "" if none."""
    codes = CODE.findall(words[:LONGEST])
    return next((code for code in codes if code[0] == "5"), codes[0] if codes else "")


def of_failure(status: str, words: str) -> Kind:
    """What a final failure means; an address is dead only if nothing speaks for filter or full mailbox."""
    words = words[:LONGEST]
    codes = (status, code_in(words))
    if any(code.startswith(("5.7.", "4.7.", "5.6.")) or code in OURS for code in codes):
        return Kind.POLICY
    if FULL.search(words) or any(code.startswith("4.") or code in ("5.2.2", "5.4.7") for code in codes):
        return Kind.FULL
    if "5.4.1" not in codes and POLICY.search(words) and not _is_dead(codes, words):
        return Kind.POLICY
    return Kind.UNDELIVERABLE


def _is_dead(codes: tuple[str, ...], words: str) -> bool:
    """Whether code and words agree that there is no such address, though a policy is mentioned too."""
    return any(code in DEAD for code in codes) and bool(UNKNOWN.search(words))


def of_notice(subject: str, words: str) -> Kind | None:
    """What a notice in plain words means, without a report for machines; None if it is no such notice."""
    words = f"{subject}\n{words}"[:LONGEST]
    if LATE.search(words) and not GIVEN_UP.search(words):
        return Kind.DELAYED
    if FAILED.search(words) or REPLY_CODE.search(words):
        return of_failure(code_in(words), words)
    if BLOCKED.search(words):
        return Kind.FULL if FULL.search(words) else Kind.POLICY
    return None
