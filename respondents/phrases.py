"""What mail systems and people write, in English and German: one phrase a line, each a regular expression."""

import re


def phrases(lines: str) -> re.Pattern[str]:
    """One pattern for all of the lines, in capitals or not."""
    return re.compile("|".join(f"(?:{line.strip()})" for line in lines.strip().splitlines()), re.IGNORECASE)


# the mailbox is full
FULL = phrases(r"""
    mailbox (is |was )?(over( its)? quota|full)
    (over|exceed\w*) (the |its |his )?(mailbox |disk |storage )?(quota|limit|space|allocation)
    quota (has been )?exceeded
    out of (disk )?space
    overquota
    mailbox size limit
    insufficient (system |disk |mailbox )?(storage|space)
    (mailbox|inbox|postfach)[^.\n]{0,60}\b(full|voll|überfüllt|zu groß)
    speicherplatz
    kontingent
    quota überschritten
""")

# a filter or a rule refused the letter
POLICY = phrases(r"""
    \bspam\b
    \bvir(us|en)\b
    malware
    phishing
    block(ed|ing|list)
    black ?list
    deny ?list
    \bRBL\b
    DNSBL
    \bDMARC\b
    \bSPF\b
    \bDKIM\b
    polic(y|ies)
    reputation
    content (filter|reject)
    message content
    attachment[^\n]{0,60}(not allowed|type|removed|denied|illegal)
    (illegal|forbidden) attachment
    not authorized
    not permitted
    banned
    prohibit
    rejected (by|due to)
    access denied
    relay(ing)? (denied|not permitted|access)
    unsolicited
    verify your address
    bulk mail
    quarant[aä]
    anh[aä]nge?\b[^\n]{0,60}(nicht|unzulässig|verboten|entfernt)
    (unzulässig|verboten)\w{0,2} (datei)?anh[aä]ng
    richtlinie
    sicherheits(regel|einstellung)
    von einem moderator
    nicht zugelassen
    gateway.{0,40}(zurückgewiesen|abgelehnt|blockiert)
    blockiert
    unerwünscht
    verdächtig
""")

# there is no such address
UNKNOWN = phrases(r"""
    (user|recipient|mailbox|address|account)[^\n]{0,80}?(unknown|not (be )?found|not exist|not listed)
    (user|recipient|mailbox|address|account)[^\n]{0,80}?(doesn't exist|no longer|inactive|disabled)
    (user|recipient|mailbox|address|account)[^\n]{0,80}?(invalid|unavailable)
    (no such|unknown|invalid|unrout(e?)able) (\S+ )?(user|recipient|mailbox|address|account|domain|host|here)
    (domain|host)[^\n]{0,60}(not found|unknown|does not exist)
    nxdomain
    no mailbox here
    recipnotfound
    not listed in
    wasn't found
    couldn't be found
    (empfänger|adresse|benutzer|postfach|konto)[^\n]{0,80}?nicht (gefunden|vorhanden|bekannt|existi)
    (empfänger|adresse|benutzer|postfach|konto)[^\n]{0,80}?(existiert nicht|ungültig|deaktiviert)
    ungültige[rs]? (empfänger|adresse|benutzer)
    unbekannt
    konnte nicht gefunden werden
""")

# the letter is late, and still on its way
LATE = phrases(r"""
    will (be )?(retr|keep trying|continue to)
    has not (yet )?been delivered
    not yet been delivered
    could not be delivered (yet|for)
    delay(ed)? (notification|notice)
    is delayed
    no action is required
    do not need to resend
    don't need to resend
    warning message only
    just a warning
    only a warning
    still (being )?(tr|retried|attempt)
    nur eine warnung
    noch nicht (zu|aus)gestellt
    verzögert
    wird weiterhin versucht
    weitere zustellversuche
    erneut versucht
    keine maßnahme
    kein eingreifen
""")

# no further try will be made
GIVEN_UP = phrases(r"""
    given up
    giving up
    no further attempts
    expired
    could not be delivered to (one|the following)
    permanent
    keine weiteren (zustell)?versuche
    endgültig
    wird nicht weiter versucht
""")

# the letter was not delivered, for whatever reason
FAILED = phrases(r"""
    undeliver
    (could|can|was|were) ?not (be )?deliver
    couldn't be delivered
    wasn't able to deliver
    delivery (has |to the following )?([\w ]{0,40})?fail
    failed (delivery|to deliver)
    returned (mail|to sender)
    unable to deliver
    message not delivered
    rejected your message
    unzustellbar
    nicht (\w+ )?(zu|aus)gestellt
    nicht zustellbar
    nicht ausliefer
    fehlgeschlagen
    fehler bei der (nachrichten)?zustellung
    zustellfehler
""")

# a gateway holds or refuses the letter, in words to its sender
BLOCKED = phrases(r"""
    (your|the|an) (e-?mail|message|mail)\b[^\n]{0,200}(blocked|rejected|held|quarantine|stopped|refused)
    (confirm|verify)[^\n]{0,80}(sender|address)
    (ihre|eine|die) (e-?mail|nachricht|mail)\b[^\n]{0,200}(blockiert|gesperrt|gestoppt|quarant)
    (ihre|eine|die) (e-?mail|nachricht|mail)\b[^\n]{0,200}(zurückge(wiesen|halten)|abgelehnt|abgewiesen)
    bestätigen[^\n]{0,80}(absender|adresse)
""")

# the sender is a mail system, by its name or address
SYSTEM = phrases(r"""
    mailer-?daemon
    mail-?(er|system|gateway|filter|security)(-?daemon)?@
    postmaster
    mdaemon
    microsoftexchange
    amavis
    nospamproxy
    anti-?spam
    spam-?(filter|gateway|firewall)
    quarant
    gwia
    mail delivery
    systemadministrator
    system administrator
    mail ?gateway
    mail ?security
""")

# how the subjects of mail systems begin
SYSTEM_SUBJECT = phrases(r"""
    undeliver
    mail delivery
    delivery (status|failure|delay|report|has|notif|err)
    returned mail
    failure notice
    message (undeliver|delivery)
    warning:
    delayed
    mail system error
    non-?delivery
    unzustellbar
    nicht zu(stellbar|gestellt)
    zustell
    verzögert
    (e-?mail|message)[\w ]{0,30}(not (be )?delivered|rejected|blocked)
    (e-?mail|nachricht)[\w ]{0,30}(nicht (zugestellt|zustellbar)|blockiert|abgewiesen)
""")

# how the subjects of automatic answers begin
AUTOMATIC_SUBJECT = phrases(r"""
    auto:
    automatic reply
    auto-?(reply|responder|response)\b
    (not )?read:
    automatische antwort
    auto-?antwort\b
    eingangsbestätigung
    empfangsbestätigung
    lesebestätigung
    (gelesen|ungelesen gelöscht):
""")

# the person or the address is no more
GONE = phrases(r"""
    no longer (with|work|employed|valid|in use|monitored|active)
    ha(s|ve) left
    new e-?mail address
    nicht mehr (bei|im|in|für|tätig|beschäftigt|besetzt|zuständig)
    nicht mehr (aktiv|gültig|genutzt|verwendet|verfügbar)
    ausgeschieden
    i(m|n den) ruhestand
    neue e-?mail-?adresse
""")

# somebody is away
ABSENT = phrases(r"""
    out[ -]of[ -](the )?office
    on (annual |sick |parental |maternity )?leave
    on vacation
    on holiday
    away from
    (will|be) (be )?back (on|in)
    not in the office
    returning (on|to)
    \boof\b
    \booo\b
    travel+ing
    limited access
    abwesen
    au(ß|ss)er\s?haus
    au(ß|ss)er dienst
    im urlaub
    \burlaub\b
    nicht (im|am) (büro|haus|dienst|arbeitsplatz)
    nicht im (dienst|amt|hause|rathaus)
    elternzeit
    mutterschutz
    dienstreise
    fortbildung
    erkrankt
    krankheitsbedingt
    nicht (persönlich )?(erreichbar|zu erreichen)
    wieder (erreichbar|im (büro|dienst|haus|amt)|für sie da)
    \bkrank\b
    (my|meiner) (return|rückkehr)
""")

# how the subjects of absence notes begin, without "Re:"
ABSENT_SUBJECT = phrases(r"""
    out[ -]of[ -](the )?office
    ooo\b
    away\b
    on (leave|vacation|holiday)
    vacation
    .{2,60} is (out of|away|on (leave|vacation|holiday))
    abwesen
    .{0,60}\babwesenheits
    urlaub
    (ich bin )?(bis|ab|vom|derzeit|zur ?zeit)\b.{0,60}(abwesen|urlaub|nicht (da|im|erreichbar))
    (bin |ich bin |.{2,60} ist )?(im urlaub|au(ß|ss)er haus|nicht im (büro|haus|dienst))
    .{2,60} (ist|bin) (abwesend|nicht (da|im|erreichbar))
""")

# how a reply begins
REPLY_PREFIX = re.compile(r"(?:re|aw|antw?|antwort)(?:\[\d+\])?: ?", re.IGNORECASE)

# a machine answered, whatever the headers say
AUTOMATIC_WORDS = phrases(r"""
    not be forwarded
    automatic(ally)?
    (in|for) urgent
    urgent (matters|cases)
    nicht (automatisch )?(weitergeleitet|gelesen|bearbeitet)
    automatisch (generiert|erstellt|erzeugt|versandt)
    automatische (antwort|nachricht)
    in dringenden
""")
