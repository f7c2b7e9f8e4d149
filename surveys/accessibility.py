"""The shape of a study's statement on accessibility.

It follows the model statement of Implementing Decision (EU) 2018/1523, as section 7 of BITV 2.0 asks for.
"""

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from surveys.studyfile import Shape

Text = Annotated[str, Field(min_length=1)]


class Body(Shape):
    """An office that can be written to or called."""

    name: Text
    address: list[str] = []
    phone: str = ""
    email: str = ""
    web: Annotated[str, Field(pattern=r"^(https://\S+)?$")] = ""

    @model_validator(mode="after")
    def can_be_reached(self) -> Self:
        if not (self.phone or self.email):
            raise ValueError("needs a phone or an email")
        return self


class Limitation(Shape):
    """Something that not everybody can use: what it is, why, and what to do instead."""

    what: Text
    why: Literal["not_compliant", "disproportionate_burden", "out_of_scope"]
    instead: str = ""


class Accessibility(Shape):
    """Who answers for the accessibility of the pages, how it was judged, and where to complain.

    law: what the pages must comply with, as it stands after "with" (German "mit"); empty means BITV 2.0.
    """

    responsible: Text
    law: str = ""
    prepared_on: date
    reviewed_on: date | None = None
    method: Literal["self_assessment", "third_party"]
    assessor: str = ""
    limitations: list[Limitation] = []
    contact: Body
    enforcement: Body

    @model_validator(mode="after")
    def is_consistent(self) -> Self:
        if self.reviewed_on and self.reviewed_on < self.prepared_on:
            raise ValueError("reviewed_on lies before prepared_on")
        if (self.method == "third_party") != bool(self.assessor):
            raise ValueError("assessor names who assessed the pages, if method is third_party and only then")
        return self
