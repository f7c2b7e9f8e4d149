"""The mailings of a survey: what they are, how far they got, and the deeds that move them."""

from collections.abc import Callable
from typing import Any

from csp.decorators import csp
from django.contrib import messages
from django.contrib.messages import SUCCESS, WARNING
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from respondents.dryrun import dry_run
from respondents.letters import specimen
from respondents.models import Letter, Mailing, NeedsSecondPerson, Standing
from surveys.desk import common, desk_deed, desk_page, desk_page_for, staff

NEEDS_ANOTHER = gettext_lazy("Freigeben muss eine andere Person als die, die den Versand vorgelegt hat.")
LETTER_ALONE = {"default-src": ["'none'"], "style-src": ["'unsafe-inline'"], "frame-ancestors": ["'none'"]}
NOTHING_DONE = gettext_lazy("Der Stand hat sich inzwischen geändert. Es ist nichts geschehen.")
PER_PAGE = 100
SHOWN = 200  # letters that failed or are unclear


def asked_for(survey_name: str, name: str) -> Mailing:
    mailings = Mailing.objects.select_related("survey", "proposed_by", "released_by")
    return get_object_or_404(mailings, survey__name=survey_name, name=name)


@desk_page
def mailing(request: HttpRequest, survey_name: str, name: str) -> HttpResponse:
    """One mailing: where it stands, what it says, what needs a person."""
    chosen = asked_for(survey_name, name)
    letter = {
        "specimen": specimen(chosen, request.GET.get("variant", "")),
        "variants": chosen.survey.variants.all(),
    }
    return render(request, "desk/mailing.html", common(chosen.survey) | content(request, chosen) | letter)


@desk_page
def progress(request: HttpRequest, survey_name: str, name: str) -> HttpResponse:
    """The part of the page that changes while letters go out."""
    return render(request, "desk/_progress.html", content(request, asked_for(survey_name, name)))


def content(request: HttpRequest, chosen: Mailing) -> dict[str, Any]:
    """What the part that changes shows; it is asked for every few seconds."""
    letters = chosen.letters.select_related("case__variant", "case__office__municipality", "settled_by")
    return {
        "mailing": chosen,
        "standing": Standing(chosen, staff(request)),
        "unclear": letters.undecided().order_by("pk")[:SHOWN],
        "failed": letters.filter(state=Letter.State.FAILED).order_by("pk")[:SHOWN],
    }


@desk_page  # type: ignore[arg-type]  # django-csp's decorator
@csp(LETTER_ALONE)  # type: ignore[arg-type]  # forgets the view's arguments
def letter(request: HttpRequest, survey_name: str, name: str) -> HttpResponse:
    """The HTML form of the letter as one office gets it; its links lead nowhere."""
    return HttpResponse(specimen(asked_for(survey_name, name), request.GET.get("variant", "")).html)


@desk_page_for("respondents.follow_up")
def preview(request: HttpRequest, survey_name: str, name: str) -> HttpResponse:
    """Who would get the mailing now, and who would not."""
    chosen = asked_for(survey_name, name)
    run = dry_run(chosen)
    reason = request.GET.get("reason", "")
    outlooks = [each for each in run.outlooks if reason in ("", each.hindrance or "goes")]
    page = Paginator(outlooks, PER_PAGE).get_page(request.GET.get("page"))
    shown = {"mailing": chosen, "run": run, "page": page, "reason": reason}
    return render(request, "desk/dry_run.html", common(chosen.survey) | shown)


@desk_page_for("respondents.follow_up")
def preview_csv(request: HttpRequest, survey_name: str, name: str) -> HttpResponse:
    """The dry run as a file."""
    disposition = f'attachment; filename="{survey_name}_{name}_dry_run.csv"'
    return HttpResponse(
        dry_run(asked_for(survey_name, name)).as_csv(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": disposition, "Cache-Control": "no-store"},
    )


# --- deeds ---

Deed = Callable[[HttpRequest, Mailing], str]


def deed(do: Deed) -> Callable[..., HttpResponse]:
    """A deed on one mailing: says what it did, "" for nothing, and leads back to the mailing's page."""

    @desk_deed("respondents.release_mailing")
    def view(request: HttpRequest, mailing_id: int) -> HttpResponse:
        chosen = get_object_or_404(Mailing.objects.select_related("survey"), pk=mailing_id)
        try:
            done = do(request, chosen)
        except NeedsSecondPerson:
            messages.error(request, NEEDS_ANOTHER)
        else:
            messages.add_message(request, SUCCESS if done else WARNING, done or NOTHING_DONE)
        return redirect("desk:mailing", chosen.survey.name, chosen.name)

    return view


@deed
def propose(request: HttpRequest, chosen: Mailing) -> str:
    if not chosen.propose(staff(request)):
        return ""
    return _("{title} ist zur Freigabe vorgelegt.").format(title=chosen.title)


@deed
def release(request: HttpRequest, chosen: Mailing) -> str:
    written = chosen.release(staff(request))
    if chosen.stopped_at:
        return ""
    return ngettext(
        "{title} ist freigegeben: {count} Brief.", "{title} ist freigegeben: {count} Briefe.", written
    ).format(title=chosen.title, count=written)


@deed
def pause(request: HttpRequest, chosen: Mailing) -> str:
    if not chosen.pause(Mailing.Pause.PERSON):
        return ""
    return _("{title} ist angehalten.").format(title=chosen.title)


@deed
def resume(request: HttpRequest, chosen: Mailing) -> str:
    if not chosen.resume():
        return ""
    return _("{title} geht weiter.").format(title=chosen.title)


@deed
def stop(request: HttpRequest, chosen: Mailing) -> str:
    if not chosen.stop():
        return ""
    return _("{title} ist abgebrochen. Was noch wartete, geht nicht mehr hinaus.").format(title=chosen.title)


@desk_deed("respondents.release_mailing")
def decide(request: HttpRequest, letter_id: int) -> HttpResponse:
    """What a person found out about an unclear letter."""
    chosen = get_object_or_404(Letter.objects.select_related("mailing__survey"), pk=letter_id)
    arrived = request.POST.get("arrived")
    if arrived in ("yes", "no") and chosen.decide(staff(request), arrived=arrived == "yes"):
        messages.success(request, _("Festgehalten. Der Brief wird nicht noch einmal versandt."))
    else:
        messages.error(request, _("Über diesen Brief ist schon entschieden."))
    return redirect("desk:mailing", chosen.mailing.survey.name, chosen.mailing.name)
