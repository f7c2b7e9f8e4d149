"""The language of the interface: what the reader chose, else the survey's. Questionnaires keep their own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from surveys.models import Survey

PARAMETER = "language"


def known(language: str | None) -> str | None:
    """The language if the interface speaks it."""
    return language if language in dict(settings.LANGUAGES) else None


def asked_for(request: HttpRequest) -> str | None:
    """The language that this very address asks for."""
    return known(request.GET.get(PARAMETER))


def chosen(request: HttpRequest) -> str | None:
    """The reader's language, asked for now or earlier in this browser; None without a choice."""
    return asked_for(request) or known(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME))


@contextmanager
def speaking(request: HttpRequest, survey: Survey) -> Iterator[None]:
    """Texts inside are in the reader's language, else the survey's; times are in the survey's zone."""
    language = chosen(request) or survey.language
    with translation.override(language), timezone.override(ZoneInfo(survey.time_zone)):
        yield


def keep_choice(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: every page, also of errors, in the chosen language; the choice stays in a cookie."""

    def answered(request: HttpRequest) -> HttpResponse:
        with translation.override(chosen(request) or settings.LANGUAGE_CODE):
            response = get_response(request)
        if language := asked_for(request):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                language,
                max_age=settings.SESSION_COOKIE_AGE,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )
        patch_vary_headers(response, ["Cookie"])
        return response

    return answered
