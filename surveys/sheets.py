"""A page of the questionnaire as a template: laid out by crispy once, filled in for each request."""

from functools import lru_cache

from django.template import Template
from django.utils.translation import get_language

from surveys import commenting
from surveys.blueprint import blueprint_of
from surveys.forms import PageForm
from surveys.models import Variant


def sheet_of(variant: Variant, form: PageForm) -> Template:
    """The page on which this form stands; it depends on the texts, the items shown and the language."""
    shown = tuple(form.fields)
    return laid_out(variant.pk, variant.survey.version, get_language() or "", form.page.number, shown)


@lru_cache(maxsize=512)
def laid_out(variant_id: int, version: int, language: str, number: int, shown: tuple[str, ...]) -> Template:
    """The page for nobody in particular: no answers, no respondent, no request."""
    variant = Variant.objects.select_related("survey").get(pk=variant_id)
    instrument = commenting.form_for(variant, commented=commenting.are_among(shown))
    page = instrument.page(number)
    form = PageForm(instrument, page, {})
    form.show(shown)
    content = {"survey": variant.survey, "instrument": instrument, "page": page, "form": form}
    return blueprint_of("surveys/page.html", content)
