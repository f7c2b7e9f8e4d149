"""The baseline of the pages: one bare Django view that reads a response, and on POST writes it.

No session, no CSRF check, no headers, no template, no form: the same SELECT and UPDATE, and as many bytes.
"""

import os

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils import timezone

os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.bare_settings"
application = get_wsgi_application()

from surveys.models import Response  # noqa: E402  # models need the application


def bare(request: HttpRequest, number: int, size: int) -> HttpResponse:
    """GET: read the row, answer with `size` bytes. POST: read the form and the row, write it, redirect."""
    response = Response.objects.select_related("variant__survey").get(pk=number)
    if request.method != "POST":
        return HttpResponse(response.variant.title[:1].ljust(size))
    Response.objects.filter(pk=number, version=response.version).update(
        answers=response.answers | {"bare": request.POST.get("answer", "")},
        hands=response.hands,
        saved_at=timezone.now(),
        page=response.page,
        version=response.version,
    )
    return HttpResponseRedirect(request.path)


urlpatterns = [path("<int:number>/<int:size>/", bare)]
