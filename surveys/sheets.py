"""A page of the questionnaire as a template: laid out by crispy once, filled in for each request."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template import Context, Template
from django.utils.translation import get_language

from surveys import commenting
from surveys.blueprint import blueprint_of
from surveys.forms import PageForm
from surveys.models import Variant


class Place(NamedTuple):
    """What the layout of a page depends on, apart from the survey's texts."""

    number: int
    shown: tuple[str, ...]
    language: str
    from_review: bool


def filled_in(request: HttpRequest, variant: Variant, content: Mapping[str, Any]) -> str:
    """The page with its form, as this respondent sees it."""
    form: PageForm = content["form"]
    place = Place(form.page.number, tuple(form.fields), get_language() or "", is_from_review(request))
    sheet = laid_out(variant.pk, variant.survey.version, place)
    filling = {**content, "request": request, "csrf_token": get_token(request)}
    return str(sheet.render(Context(filling)))


def is_from_review(request: HttpRequest) -> bool:
    """Whether the page was opened for one correction; it then leads back to the review."""
    return request.GET.get("from") == "review"


@lru_cache(maxsize=512)
def laid_out(variant_id: int, version: int, place: Place) -> Template:
    """The page for nobody in particular: no answers, no respondent, nobody's request."""
    variant = Variant.objects.select_related("survey").get(pk=variant_id)
    instrument = commenting.form_for(variant, commented=commenting.are_among(place.shown))
    page = instrument.page(place.number)
    form = PageForm(instrument, page, {})
    form.show(place.shown)
    content = {
        "survey": variant.survey,
        "instrument": instrument,
        "page": page,
        "total": len(instrument.pages),
        "form": form,
        "from_review": place.from_review,
        "has_choices": any(item.points for item in page.items),
    }
    address = HttpRequest()
    address.GET = QueryDict("from=review" if place.from_review else "")
    return blueprint_of("surveys/page.html", content, address)
