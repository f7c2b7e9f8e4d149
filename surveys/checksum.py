"""The checksum on a copy of submitted answers: SHA-256 over their canonical form.

The canonical form is RFC 8785 (JSON Canonicalization Scheme) of an object with the keys answers, receipt,
survey and variant; `docs/checksum.md` says how to compute it without us.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from surveys.models import Variant


def canonical(variant: Variant, answers: Mapping[str, Any], receipt: str) -> bytes:
    """The submitted answers in the only spelling that the checksum knows."""
    said = {"answers": answers, "receipt": receipt, "survey": variant.survey.name, "variant": variant.code}
    return spelled(said).encode()


def checksum(variant: Variant, answers: Mapping[str, Any], receipt: str) -> str:
    """64 hexadecimal digits that change with every answer."""
    return hashlib.sha256(canonical(variant, answers, receipt)).hexdigest()


def spelled(value: Any) -> str:
    """JSON as RFC 8785 writes it: keys sorted, no spaces, a number without an exponent or idle zeros.

    Variables are ASCII and numbers lie within 1e-6 and 1e12, so that neither needs more of the RFC.
    """
    if isinstance(value, Mapping):
        pairs = (f"{spelled(key)}:{spelled(value[key])}" for key in sorted(value))
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(spelled, value)) + "]"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f").removesuffix(".0")
    return json.dumps(value, ensure_ascii=False)
