"""Why what was sent is not stored, in words that say what to do; the page keeps it meanwhile."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Problem:
    """What a person reads whose page was not stored."""

    code: str
    status: int
    title: Words
    text: Words


PROBLEMS = {
    problem.code: problem
    for problem in (
        Problem(
            "session",
            403,
            _("Noch nicht gespeichert: Ihre Sitzung ist abgelaufen"),
            _(
                "Ihre Eingaben stehen weiter auf dieser Seite. Öffnen Sie Ihren persönlichen Link "
                "in einem neuen Tab dieses Browsers und setzen Sie den Fragebogen dort fort. "
                "Kehren Sie dann auf diese Seite zurück und speichern Sie noch einmal."
            ),
        ),
        Problem(
            "another",
            403,
            _("Noch nicht gespeichert: In diesem Browser ist inzwischen ein anderer Fragebogen geöffnet"),
            _(
                "Ihre Eingaben stehen weiter auf dieser Seite. Damit keine Antwort in den "
                "falschen Fragebogen gerät, öffnen Sie bitte den persönlichen Link zu diesem "
                "Fragebogen in einem neuen Tab. Kehren Sie dann auf diese Seite zurück und "
                "speichern Sie noch einmal."
            ),
        ),
        Problem(
            "token",
            403,
            _("Noch nicht gespeichert: Die Seite war zu lange geöffnet"),
            _("Ihre Eingaben stehen weiter auf dieser Seite. Bitte speichern Sie noch einmal."),
        ),
        Problem(
            "submitted",
            409,
            _("Noch nicht gespeichert: Der Fragebogen wurde inzwischen abgegeben"),
            _(
                "Ihre Eingaben stehen weiter auf dieser Seite. Wenn sie noch hinein sollen, "
                "öffnen Sie die Antworten in einem neuen Tab noch einmal. Kehren Sie dann auf "
                "diese Seite zurück und speichern Sie noch einmal."
            ),
        ),
        Problem(
            "over",
            403,
            _("Nicht mehr gespeichert: Die Befragung ist beendet"),
            _("Was Sie bis dahin gespeichert haben, bleibt erhalten."),
        ),
    )
}
