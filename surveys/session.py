"""The respondent's session: which response this browser may fill in. It never holds the personal link."""

from django.http import HttpRequest

from surveys.composed import Composed
from surveys.models import Response
from surveys.posting import response_named

KEY = "response"
KNOWN = Composed(Response, "pk", "variant", "variant__survey")


def enter(request: HttpRequest, response: Response) -> None:
    """Let this browser fill in the response from now on, under a fresh session key."""
    response.note_notice()
    if not request.session.is_empty():
        request.session.cycle_key()  # a new one gets its key when it is stored
    request.session[KEY] = response.pk


def opened_in(request: HttpRequest) -> Response | None:
    """The response that this browser may fill in."""
    number = request.session.get(KEY)
    return KNOWN.get(number) if number else None


def trouble(request: HttpRequest, response: Response | None) -> str:
    """Why this browser may not do what it asks: it has no session, or sends a page of another form."""
    if response is None:
        return "session"
    named = "response" in request.POST
    return "another" if named and response_named(request.POST) != response.pk else ""
