"""The researcher's actions in the field phase."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import ngettext

from respondents.models import Mailing
from surveys.desk import desk_deed, staff


@desk_deed("respondents.release_mailing")
def release(request: HttpRequest, mailing_id: int) -> HttpResponse:
    """Let a mailing go; the workers send it when its time has come."""
    mailing = get_object_or_404(Mailing, pk=mailing_id)
    written = mailing.release(staff(request))
    messages.success(
        request,
        ngettext(
            "{title} ist freigegeben: {count} Brief.", "{title} ist freigegeben: {count} Briefe.", written
        ).format(title=mailing.title, count=written),
    )
    return redirect("desk:overview", mailing.survey.name)
