"""Reads a study's mailings.yaml, letters/ and municipalities.csv, and stores them."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from pydantic import AfterValidator, Field, PositiveInt

from respondents.letters import PLACEHOLDERS
from respondents.models import Mailing, Municipality
from surveys import studyfile
from surveys.models import Survey
from surveys.schema import Name, Slug
from surveys.studyfile import Fault, Shape, StudyError, StudyFile


def mail_address(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValueError(f"{text!r} is not a mail address") from None
    return text


Address = Annotated[str, AfterValidator(mail_address)]


class Sender(Shape):
    """Who signs the letters, and the mailbox that bounces go to if it is another."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    email: Address
    returns: Address | None = None


class AudienceShape(Shape):
    """Whom a wave is meant for: all that is said must hold."""

    answer: Literal["owed", "given", "any"] = "owed"
    office_types: Annotated[list[Slug], Field(min_length=1)] | None = None
    wave1: bool | None = None
    priority: bool | None = None
    hand_picked: bool = False


class RateShape(Shape):
    """How fast letters go out."""

    per_minute: PositiveInt | None = None
    per_domain: PositiveInt | None = None


class MailingShape(Shape):
    """One wave: when it goes out, to whom, and which letter it is."""

    name: Slug
    title: Name
    send_at: datetime
    subject: Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\r\n]+$")]
    letter: Slug
    audience: AudienceShape = AudienceShape()


class MailingsFile(Shape):
    """mailings.yaml: who writes, how fast, and which waves go out when."""

    sender: Sender
    rate: RateShape = RateShape()
    mailings: list[MailingShape]


@dataclass(frozen=True)
class FieldPlan:
    """All that a study says of its field phase: whom it may reach and what it writes."""

    mailings: MailingsFile
    letters: dict[str, str]
    municipalities: list[tuple[str, str, int]]
    source: StudyFile


def read_field_plan(folder: Path, terms: frozenset[str] | None) -> FieldPlan:
    """The field plan in `folder`; `terms` are the placeholders that every variant defines, if known.

    StudyError names every fault of all files as file:line: message.
    """
    source = studyfile.read(folder / "mailings.yaml")
    mailings, municipalities = studyfile.gather(
        lambda: source.parse(MailingsFile), lambda: read_municipalities(folder / "municipalities.csv")
    )
    asking = {m.letter for m in mailings.mailings if m.audience.answer == "owed"}
    wanted = {f"{m.letter}.{form}": m.letter in asking for m in mailings.mailings for form in ("txt", "html")}
    texts = studyfile.gather(
        *(
            lambda name=name: read_letter(folder / "letters" / name, terms, needs_link=wanted[name])
            for name in sorted(wanted)
        ),
        lambda: check_mailings(mailings, source, terms),
    )
    return FieldPlan(mailings, dict(zip(sorted(wanted), texts, strict=False)), municipalities, source)


def read_letter(path: Path, terms: frozenset[str] | None, *, needs_link: bool) -> str:
    """The text of a letter; one that asks for an answer must say where to give it."""
    text = studyfile.read_text(path)
    lines = text.splitlines()
    faults = [
        Fault(str(path), number, message)
        for number, line in enumerate(lines, 1)
        for message in placeholder_faults(line, terms)
    ]
    if not faults and needs_link and "link" not in studyfile.placeholders(text):
        faults.append(Fault(str(path), max(1, len(lines)), "the letter has no {link}"))
    if faults:
        raise StudyError(faults)
    return text


def check_mailings(mailings: MailingsFile, source: StudyFile, terms: frozenset[str] | None) -> None:
    faults = []
    names: set[str] = set()
    for number, mailing in enumerate(mailings.mailings):
        if mailing.name in names:
            faults.append(source.fault(("mailings", number, "name"), f"duplicate mailing {mailing.name}"))
        names.add(mailing.name)
        place = ("mailings", number, "subject")
        faults += [source.fault(place, message) for message in placeholder_faults(mailing.subject, terms)]
    if faults:
        raise StudyError(faults)


def placeholder_faults(text: str, terms: frozenset[str] | None) -> Iterator[str]:
    try:
        names = studyfile.placeholders(text)
    except ValueError as error:
        yield f"a brace is out of place: {error}"
        return
    for name in sorted(names - PLACEHOLDERS - terms) if terms is not None else ():
        yield f"unknown placeholder {{{name}}}"


def read_municipalities(path: Path) -> list[tuple[str, str, int]]:
    """The places that the register may name, as (name, state, population)."""
    reader = csv.DictReader(studyfile.read_text(path).splitlines())
    if reader.fieldnames != ["name", "state", "population"]:
        raise StudyError([Fault(str(path), 1, "the header must be name,state,population")])
    places: dict[tuple[str, str], int] = {}
    faults: list[Fault] = []
    for row in reader:
        place = (row["name"], row["state"])
        if not is_place(row):
            message = "name, state or population is missing, too long or no number"
            faults.append(Fault(str(path), reader.line_num, message))
        elif place in places:
            faults.append(Fault(str(path), reader.line_num, f"{place[0]} ({place[1]}) stands here twice"))
        else:
            places[place] = int(row["population"])
    if faults:
        raise StudyError(faults)
    return [(name, state, people) for (name, state), people in places.items()]


def is_place(row: dict[str, str]) -> bool:
    """Whether a row says where it is, and how many people live there."""
    people = row["population"] or ""
    fits = 1 <= len(row["name"] or "") <= 120 and 1 <= len(row["state"] or "") <= 10
    return fits and people.isdecimal() and int(people) < 100_000_000


@transaction.atomic
def store_field_plan(survey: Survey, plan: FieldPlan) -> None:
    """Write places and mailings. StudyError if a released mailing was changed; then nothing is stored."""
    Municipality.objects.bulk_create(
        (
            Municipality(name=name, state=state, population=people)
            for name, state, people in plan.municipalities
        ),
        update_conflicts=True,
        unique_fields=["name", "state"],
        update_fields=["population"],
    )
    faults = list(unknown_office_types(survey, plan))
    faults += [
        plan.source.fault(("mailings", number), f"{shape.name} has been released and cannot be changed")
        for number, shape in enumerate(plan.mailings.mailings)
        if not store_mailing(survey, plan, number, shape)
    ]
    kept = [shape.name for shape in plan.mailings.mailings]
    dropped = survey.mailings.exclude(name__in=kept)
    faults += [
        plan.source.fault(("mailings",), f"{mailing.name} has been released and cannot be left out")
        for mailing in dropped.filter(released_at__isnull=False)
    ]
    if faults:
        raise StudyError(faults)
    dropped.delete()


def unknown_office_types(survey: Survey, plan: FieldPlan) -> Iterator[Fault]:
    known = set(survey.variants.values_list("code", flat=True))
    for number, shape in enumerate(plan.mailings.mailings):
        for code in sorted(set(shape.audience.office_types or ()) - known):
            place = ("mailings", number, "audience", "office_types")
            yield plan.source.fault(
                place, f"unknown office type {code}; known are {', '.join(sorted(known))}"
            )


def store_mailing(survey: Survey, plan: FieldPlan, number: int, shape: MailingShape) -> bool:
    """Write one mailing; False if it was released with other content."""
    content = {
        "title": shape.title,
        "planned_for": shape.send_at.replace(tzinfo=shape.send_at.tzinfo or ZoneInfo(survey.time_zone)),
        "sender_name": plan.mailings.sender.name,
        "sender_email": plan.mailings.sender.email,
        "returns_email": plan.mailings.sender.returns or "",
        "audience_rule": shape.audience.model_dump(exclude_none=True),
        "per_minute": plan.mailings.rate.per_minute,
        "per_domain": plan.mailings.rate.per_domain,
        "subject": shape.subject,
        "text": plan.letters[f"{shape.letter}.txt"],
        "html": plan.letters[f"{shape.letter}.html"],
    }
    mailing = Mailing.objects.filter(survey=survey, name=shape.name).first()
    same = mailing and all(getattr(mailing, name) == value for name, value in content.items())
    if mailing and mailing.released_at:
        return bool(same)
    if not same:  # nobody has proposed this one
        content |= {"proposed_at": None, "proposed_by": None}
    Mailing.objects.update_or_create(
        survey=survey, name=shape.name, defaults=content | {"position": number + 1}
    )
    return True
