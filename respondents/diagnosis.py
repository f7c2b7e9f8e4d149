"""What a mail system's code and words say of a letter: address dead, mailbox full, refused, late."""

import re

from respondents.models import Contact

Kind = Contact.Kind

CODE = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d]|\.\d)")
REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -](?=[#\d<A-Za-z])")

FULL = re.compile(
    r"mailbox (?:is |was )?(?:over(?: its)? quota|full)|(?:over|exceed\w*|insufficient) (?:the |its "
    r"|his |storage )?(?:mailbox |disk |storage )?(?:quota|limit|space|storage)"
    r"|quota (?:has been )?exceeded|out of (?:disk )?space|(?:mailbox|inbox"
    r"|postfach)[^.\n]{0,60}\b(?:full|voll|überfüllt|zu groß)|overquota|mailbox size limit|speicherplatz"
    r"|kontingent|quota überschritten|insufficient (?:system )?storage",
    re.IGNORECASE,
)
POLICY = re.compile(
    r"\bspam\b|\bvir(?:us|en)\b|malware|phishing|block(?:ed|ing|list)|black ?list|deny ?list|\bRBL\b"
    r"|DNSBL|\bDMARC\b|\bSPF\b|\bDKIM\b|polic(?:y|ies)|reputation|quarant[aä]|content (?:filter|reject)"
    r"|message content|attachment[^\n]{0,60}(?:not allowed|type|removed|denied|illegal)"
    r"|(?:illegal|forbidden) attachment|anh[aä]nge?\b[^\n]{0,60}(?:nicht|unzulässig|verboten|entfernt)"
    r"|(?:unzulässig|verboten)\w{0,2} (?:datei)?anh[aä]ng|richtlinie|sicherheitsregel|nicht zugelassen"
    r"|not authorized|not permitted|banned|prohibited|rejected (?:by|due to)|access denied"
    r"|relay(?:ing)? (?:denied|not permitted|access)|unsolicited|verify your address|bulk mail"
    r"|gateway.{0,40}(?:zurückgewiesen|abgelehnt|blockiert)|blockiert|unerwünscht|verdächtig",
    re.IGNORECASE,
)
UNKNOWN = re.compile(
    r"(?:user|recipient|mailbox|address|account|empfänger|adresse|benutzer"
    r"|postfach)[^\n]{0,80}?(?:unknown|not (?:be )?found|does(?: not|n't) exist|no longer|inactive"
    r"|disabled|invalid|unbekannt|unavailable|nicht (?:gefunden|vorhanden|bekannt|existi|zugestellt)"
    r"|existiert nicht|ungültig|deaktiviert|not listed|not exist)"
    r"|(?:no such|unknown|invalid|unrouteable|unroutable"
    r"|unbekannte[rs]?|ungültige[rs]?) (?:\S+ )?(?:user|recipient|mailbox|address|account|domain|host"
    r"|empfänger|adresse|benutzer|here)|(?:domain|host)[^\n]{0,60}(?:not found|unknown|does not exist"
    r"|nicht gefunden|unbekannt)|nxdomain|no mailbox here|unbekannt|recipnotfound|not listed in"
    r"|wasn't found|couldn't be found|konnte nicht gefunden werden",
    re.IGNORECASE,
)
LATE = re.compile(
    r"will (?:be )?(?:retr|keep trying|continue to)|still (?:being )?(?:tr|retried|attempt)"
    r"|has not (?:yet )?been delivered|not yet been delivered|could not be delivered (?:yet|for)"
    r"|delay(?:ed)? (?:notification|notice)|is delayed|no action is required|do not need to resend"
    r"|don't need to resend|warning message only|just a warning|noch nicht (?:zu|aus)gestellt|verzögert"
    r"|wird weiterhin versucht|weitere zustellversuche|erneut versucht|only a warning|nur eine warnung"
    r"|keine maßnahme|kein eingreifen",
    re.IGNORECASE,
)
GIVEN_UP = re.compile(
    r"given up|giving up|no further attempts|expired|could not be delivered to (?:one|the following)"
    r"|permanent|keine weiteren (?:zustell)?versuche|endgültig|wird nicht weiter versucht",
    re.IGNORECASE,
)
FAILED = re.compile(
    r"undeliver|(?:could|can|was|were) ?not (?:be )?deliver|couldn't be delivered|wasn't able to deliver"
    r"|delivery (?:has |to the following )?(?:[\w ]{0,40})?fail|failed (?:delivery|to deliver)"
    r"|returned (?:mail|to sender)|unzustellbar|nicht (?:\w+ )?(?:zu|aus)gestellt|nicht zustellbar"
    r"|nicht ausliefer|zustellung (?:[\w ]{0,60})?fehlgeschlagen|unable to deliver"
    r"|fehler bei der zustellung|zustellfehler|message not delivered|rejected your message",
    re.IGNORECASE,
)
BLOCKED = re.compile(
    r"(?:ihre|eine|die) (?:e-?mail|nachricht|mail)\b[^\n]{0,200}(?:blockiert|zurückgewiesen|abgelehnt"
    r"|abgewiesen|quarant|gesperrt)|(?:your|the|an) (?:e-?mail|message|mail)\b[^\n]{0,200}(?:blocked"
    r"|rejected|held|quarantine|stopped|refused)|(?:confirm|verify|bestätigen)[^\n]{0,80}(?:sender"
    r"|address|absender|adresse)",
    re.IGNORECASE,
)
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
