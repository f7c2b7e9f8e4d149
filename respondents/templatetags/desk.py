"""What the head of every page of the desk says about the field phase."""

from django import template
from django.utils.formats import number_format

from respondents.models import Contact
from surveys.models import Survey

register = template.Library()


@register.simple_tag
def waiting_mail(survey: Survey) -> str:
    """How much lies in the inbox of this survey."""
    waiting = Contact.objects.of(survey).at_the_desk().count()
    return number_format(waiting, 0, force_grouping=True)
