"""Reads a study's codes.yaml, the category systems of its open answers, and stores them."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from django.db import transaction
from django.db.models import ProtectedError
from pydantic import AfterValidator, Field

from analysis.models import Code, CodeSystem
from surveys import studyfile
from surveys.models import Item, Survey
from surveys.schema import Title
from surveys.studyfile import Fault, KeyPath, Shape, StudyError, StudyFile


def legal_slug(slug: str) -> str:
    if slug == "status":
        raise ValueError("'status' is the name of the column that says why there is no answer")
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", slug) or len(slug) > 40:
        raise ValueError(f"{slug!r}: a code is named by lower-case letters, digits and single underscores")
    return slug


class CodeShape(Shape):
    """One code; a subcode stands under another."""

    slug: Annotated[str, AfterValidator(legal_slug)]
    label: Title
    under: str | None = None


class SystemShape(Shape):
    """A category system and the open items that are coded with it."""

    variables: Annotated[list[str], Field(min_length=1)]
    title: Title
    root: Annotated[str, Field(max_length=200)] = ""
    codes: Annotated[list[CodeShape], Field(min_length=1)]


class CodesFile(Shape):
    """codes.yaml: all category systems of a study."""

    systems: list[SystemShape] = []


def read_codes(folder: Path) -> tuple[CodesFile, StudyFile]:
    """codes.yaml of a study, empty if it has none; StudyError names every fault."""
    path = folder / "codes.yaml"
    source = studyfile.read(path) if path.exists() else StudyFile(str(path), data={})
    codes = source.parse(CodesFile)
    if faults := [source.fault(path, message) for path, message in inconsistencies(codes)]:
        raise StudyError(faults)
    return codes, source


def inconsistencies(codes: CodesFile) -> Iterator[tuple[KeyPath, str]]:
    coded: set[str] = set()
    titles = [system.title for system in codes.systems]
    for number, system in enumerate(codes.systems):
        if system.title in titles[:number]:
            yield ("systems", number, "title"), f"duplicate system {system.title!r}"
        for name in set(system.variables) & coded:
            yield ("systems", number, "variables"), f"{name} is coded twice"
        coded |= set(system.variables)
        for place, fault in code_faults(system):
            yield ("systems", number, "codes", place), fault


def code_faults(system: SystemShape) -> Iterator[tuple[int, str]]:
    """What is wrong with the codes of one system, which has two levels at most."""
    seen: set[str] = set()
    subcodes = {code.slug for code in system.codes if code.under}
    for place, code in enumerate(system.codes):
        if code.slug in seen:
            yield place, f"duplicate code {code.slug}"
        if code.under and code.under not in seen:
            yield place, f"{code.slug} stands under {code.under}, which does not come before it"
        if code.under in subcodes:
            yield place, f"{code.slug} stands under {code.under}, which is a subcode itself"
        if any(len(f"{name}__{code.slug}") > 64 for name in system.variables):
            yield place, f"{code.slug} makes a column name of more than 64 characters"
        seen.add(code.slug)


@transaction.atomic
def store_codes(survey: Survey, codes: CodesFile, source: StudyFile) -> None:
    """Write systems and codes; a code that was given to an answer cannot be left out.

    StudyError if a system codes what is no open item of the questionnaire; then nothing is stored.
    """
    if faults := list(unfit(survey, codes, source)):
        raise StudyError(faults)
    try:
        write_codes(survey, codes)
    except ProtectedError:
        message = "a code that was given to an answer cannot be left out, nor its system renamed"
        raise StudyError([source.fault(("systems",), message)]) from None


def write_codes(survey: Survey, codes: CodesFile) -> None:
    survey.code_systems.exclude(title__in=[system.title for system in codes.systems]).delete()
    for position, shape in enumerate(codes.systems, 1):
        system, _ = CodeSystem.objects.update_or_create(
            survey=survey,
            title=shape.title,
            defaults={"position": position, "root": shape.root, "variables": shape.variables},
        )
        system.codes.exclude(slug__in=[code.slug for code in shape.codes]).delete()
        for place, code in enumerate(shape.codes, 1):
            parent = system.codes.filter(slug=code.under).first() if code.under else None
            Code.objects.update_or_create(
                system=system,
                slug=code.slug,
                defaults={"position": place, "label": code.label, "parent": parent},
            )


def unfit(survey: Survey, codes: CodesFile, source: StudyFile) -> Iterator[Fault]:
    rows = Item.objects.filter(question__page__survey=survey, kind=Item.Kind.TEXT)
    open_items = set(rows.values_list("variable", flat=True))
    for number, system in enumerate(codes.systems):
        for name in system.variables:
            if name not in open_items:
                yield source.fault(("systems", number, "variables"), f"{name} is no open item")
