"""Which mail addresses a letter can be sent to, and what no detail of an office may hold."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

LINE_BREAKS = re.compile("[\r\n\0\x0b\x0c\x85\u2028\u2029]")
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # marks that turn the direction of text


def is_address(text: str) -> bool:
    """Whether this is one address that arrives at the domain that it names.

    A domain that changes when it is put into ASCII would be another one: by the old rules, which Python's
    codec follows, straße.example becomes strasse.example. It can be given in its xn-- form.
    """
    domain = text.rpartition("@")[2]
    try:
        validate_email(text)
        return domain.isascii() or domain.encode("idna").decode("idna") == domain.lower()
    except (ValidationError, UnicodeError):
        return False
