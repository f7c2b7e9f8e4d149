"""Reads survey.yaml and questionnaire.yaml, says what is wrong with them, and stores them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError

from surveys import studyfile
from surveys.instrument import Instrument, compiled
from surveys.marks import as_address, read_mark
from surveys.models import Survey
from surveys.questionnaire import write_questionnaire
from surveys.schema import ItemShape, QuestionnaireFile, QuestionShape, SurveyFile
from surveys.studyfile import Fault, KeyPath, StudyError, StudyFile

Findings = Iterator[tuple[KeyPath, str]]


@dataclass(frozen=True)
class Study:
    """A checked study: what its two files say, and where."""

    name: str
    about: SurveyFile
    questionnaire: QuestionnaireFile
    source: StudyFile
    marks: list[dict[str, str]]


def read_study(folder: Path) -> Study:
    """The study in `folder`, checked; StudyError names every fault as file:line: message."""
    check_name(folder)
    about_file = studyfile.read(folder / "survey.yaml")
    source = studyfile.read(folder / "questionnaire.yaml")
    about, questionnaire = studyfile.gather(lambda: about_file.parse(SurveyFile), lambda: checked(source))
    return Study(folder.resolve().name, about, questionnaire, source, marks_of(about, folder))


def marks_of(about: SurveyFile, folder: Path) -> list[dict[str, str]]:
    """The institute's marks as pages show them: an address that needs no request, and the words."""
    drawings = studyfile.gather(*(partial(read_mark, folder / mark.file) for mark in about.institute.marks))
    return [
        {"src": as_address(svg), "alt": mark.alt}
        for svg, mark in zip(drawings, about.institute.marks, strict=True)
    ]


def check_name(folder: Path) -> None:
    """The folder's name becomes the survey's: part of addresses and of every message's id."""
    name = folder.resolve().name
    if not re.fullmatch(r"[a-z0-9_-]{1,50}", name):
        message = f"the folder is named {name!r}, but a survey's name has only a-z, 0-9, - and _, 50 at most"
        raise StudyError([Fault(str(folder / "survey.yaml"), 1, message)])


def checked(source: StudyFile) -> QuestionnaireFile:
    questionnaire = source.parse(QuestionnaireFile)
    if faults := list(inconsistencies(questionnaire, source)):
        raise StudyError(faults)
    return questionnaire


@transaction.atomic
def store_study(study: Study) -> tuple[Survey, bool]:
    """Write the study to the database; returns the survey and whether anything that is read in it changed.

    StudyError if the questionnaire differs from one already fielded; then nothing is stored.
    """
    facts = facts_of(study)
    as_it_was = Survey.objects.filter(name=study.name).values(*facts).first()
    survey, _ = Survey.objects.update_or_create(name=study.name, defaults=facts)
    before = compiled_forms(survey)
    try:
        write_questionnaire(survey, study.questionnaire)
    except ProtectedError:
        raise StudyError(
            [study.source.fault(("variants",), "a variant that has cases or responses cannot be left out")]
        ) from None
    after = compiled_forms(survey)
    if before and survey.fielded_at:
        refuse_changes(study, before, after)
    changed = before != after or as_it_was != facts
    if changed:
        survey.version += 1
        survey.save(update_fields=["version"])
    return survey, changed


def facts_of(study: Study) -> dict[str, Any]:
    """What survey.yaml says, as a survey's row keeps it."""
    columns = ("title", "short_title", "language", "time_zone", "field_start", "field_end")
    facts = {name: getattr(study.about, name) for name in columns}
    return facts | {"about": study.about.model_dump(mode="json") | {"marks": study.marks}}


def compiled_forms(survey: Survey) -> dict[str, Instrument]:
    return {variant.code: compiled(variant) for variant in survey.variants.all()}


def refuse_changes(study: Study, before: Mapping[str, Instrument], after: Mapping[str, Instrument]) -> None:
    """Raise StudyError naming each difference between a fielded questionnaire and the new file."""
    findings: list[tuple[KeyPath, str]] = []
    for code in before.keys() | after.keys():
        old, new = before.get(code), after.get(code)
        if old is None or new is None:
            findings.append((("variants", code), f"variant {code} was {'added' if new else 'removed'}"))
        else:
            findings += differences(study.questionnaire, old, new)
    if findings:
        note = "the questionnaire is in the field and frozen: "
        raise StudyError([study.source.fault(path, note + text) for path, text in findings])


def differences(questionnaire: QuestionnaireFile, old: Instrument, new: Instrument) -> Findings:
    """Each difference between two forms of a variant, with its place in the new file."""
    yield from changes(old.outline, new.outline, places_of_parts(questionnaire))
    items = {item.variable: path for path, _, item in items_of(questionnaire)}
    yield from changes(contents(old), contents(new), items)


def contents(form: Instrument) -> dict[str, dict[str, object]]:
    return {
        name: {field.name: getattr(item, field.name) for field in fields(item)}
        for name, item in form.items.items()
    }


def places_of_parts(questionnaire: QuestionnaireFile) -> dict[str, KeyPath]:
    """Where each variant, page and question stands in the file, by the name that the outline gives it."""
    places: dict[str, KeyPath] = {f"variant {code}": ("variants", code) for code in questionnaire.variants}
    for p, page in enumerate(questionnaire.pages):
        places[f"page {page.code}"] = ("pages", p)
        for q, question in enumerate(page.questions):
            places[f"question {question.code}"] = ("pages", p, "questions", q)
    return places


def changes(
    old: Mapping[str, Mapping[str, object]],
    new: Mapping[str, Mapping[str, object]],
    places: Mapping[str, KeyPath],
) -> Findings:
    """What was added, removed or changed between two sets of named things with fields."""
    for name in old.keys() | new.keys():
        place = places.get(name, ("pages",))
        if name not in new or name not in old:
            yield place, f"{name} was {'added' if name in new else 'removed'}"
            continue
        for field in old[name]:
            was, now = old[name][field], new[name][field]
            if was != now:
                yield (*place, field), f"{field} of {name} changed from {was!r} to {now!r}"


def items_of(
    questionnaire: QuestionnaireFile,
) -> Iterator[tuple[KeyPath, QuestionShape, ItemShape]]:
    """Every item with its place in the file and its question."""
    for p, page in enumerate(questionnaire.pages):
        for q, question in enumerate(page.questions):
            for i, item in enumerate(question.items):
                yield ("pages", p, "questions", q, "items", i), question, item


def inconsistencies(questionnaire: QuestionnaireFile, source: StudyFile) -> Iterator[Fault]:
    """Every fault that only shows when the parts are seen together."""
    for check in (repeated_names, scale_faults, filter_faults, variant_faults, term_faults):
        for path, message in check(questionnaire):
            yield source.fault(path, message)


def repeated_names(questionnaire: QuestionnaireFile) -> Findings:
    seen: set[str] = set()
    for path, _, item in items_of(questionnaire):
        if item.variable in seen:
            yield (*path, "variable"), f"duplicate variable {item.variable}"
        seen.add(item.variable)
    codes: set[tuple[str, str]] = set()
    for p, page in enumerate(questionnaire.pages):
        if ("page", page.code) in codes:
            yield ("pages", p, "code"), f"duplicate page code {page.code}"
        codes.add(("page", page.code))
        for q, question in enumerate(page.questions):
            if ("question", question.code) in codes:
                yield ("pages", p, "questions", q, "code"), f"duplicate question code {question.code}"
            codes.add(("question", question.code))


def scale_faults(questionnaire: QuestionnaireFile) -> Findings:
    for path, question, item in items_of(questionnaire):
        scale = item.scale or question.scale
        place = (*path, "scale") if item.scale else path
        if item.is_closed and scale is None:
            yield path, f"{item.variable} needs a scale"
        elif item.is_closed and scale not in questionnaire.scales:
            yield place, f"unknown scale {scale!r} of {item.variable}"
        elif not item.is_closed and item.scale:
            yield place, f"{item.variable} is of kind {item.kind.value} and takes no scale"
        elif not (item.text or question.text):
            yield path, f"{item.variable} has no text, and neither has its question"


def filter_faults(questionnaire: QuestionnaireFile) -> Findings:
    everything = {item.variable for _, _, item in items_of(questionnaire)}
    earlier: dict[str, set[int] | None] = {}  # None: closed, but of a scale that does not exist
    for path, question, item in items_of(questionnaire):
        for name, codes in item.asked_if.items():
            place = (*path, "asked_if", name)
            if name not in everything:
                yield place, f"{item.variable} is filtered by an unknown item {name!r}"
            elif name not in earlier:
                yield place, f"{item.variable} is filtered by {name}, which does not come before it"
            elif (known := earlier[name]) == set():
                yield place, f"{item.variable} is filtered by {name}, which has no codes"
            elif known and (wrong := set(codes) - known):
                yield place, f"{name} has no code {', '.join(map(str, sorted(wrong)))}"
        scale = questionnaire.scales.get(item.scale or question.scale or "") if item.is_closed else None
        earlier[item.variable] = (
            None if item.is_closed and scale is None else set(scale.labels if scale else ())
        )


def variant_faults(questionnaire: QuestionnaireFile) -> Findings:
    known = questionnaire.variants.keys()
    named: list[tuple[KeyPath, list[str]]] = [
        (("lists", name), list(entries)) for name, entries in questionnaire.lists.items()
    ]
    for path, question, item in items_of(questionnaire):
        named.append(((*path, "text_for"), list(item.text_for)))
        named.append(((*path, "only_for"), item.only_for))
        if path[-1] == 0:
            named.append(((*path[:-2], "text_for"), list(question.text_for)))
    for path, codes in named:
        for code in codes:
            if code not in known:
                yield (*path, code), f"unknown variant {code!r}"


def term_faults(questionnaire: QuestionnaireFile) -> Findings:
    """A placeholder must mean something in every variant that reads it."""
    for path, text, readers in texts_of(questionnaire):
        try:
            wanted = studyfile.placeholders(text)
        except ValueError as error:
            yield path, f"a brace is out of place: {error}"
            continue
        for code in readers & questionnaire.variants.keys():
            known = questionnaire.variants[code].terms.keys() | questionnaire.lists.keys()
            for name in sorted(wanted - known):
                yield path, f"missing term {{{name}}} for variant {code}"


def texts_of(
    questionnaire: QuestionnaireFile,
) -> Iterator[tuple[KeyPath, str, set[str]]]:
    """Every text with its place and the variants that read it."""
    everyone = set(questionnaire.variants)
    for p, page in enumerate(questionnaire.pages):
        yield ("pages", p, "title"), page.title, everyone
        yield ("pages", p, "intro"), page.intro, everyone
        for q, question in enumerate(page.questions):
            path: KeyPath = ("pages", p, "questions", q)
            yield (*path, "text"), question.text, everyone - question.text_for.keys()
            yield (*path, "help"), question.help, everyone
            yield from (((*path, "text_for", code), text, {code}) for code, text in question.text_for.items())
    for path, _, item in items_of(questionnaire):
        asked = set(item.only_for) or everyone
        yield (*path, "text"), item.text, asked - item.text_for.keys()
        yield from (((*path, "text_for", code), text, {code}) for code, text in item.text_for.items())
