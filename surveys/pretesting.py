"""What a pretest brings: who tried which form, and what was said about each question."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from surveys.commenting import said
from surveys.instrument import instrument_of
from surveys.models import PretestGroup, Question, Response, Survey


@dataclass(frozen=True)
class Tries:
    """How often one variant was begun in a group, and how often handed in."""

    variant: str
    begun: int
    submitted: int


@dataclass(frozen=True)
class Comment:
    """What one person said about one question."""

    group: str
    variant: str
    response: int
    saved_at: datetime
    comment: str


@dataclass(frozen=True)
class Talk:
    """All that was said about a question; `wording` is "" once it is asked no more."""

    question: str
    wording: str
    comments: tuple[Comment, ...]


def tries(group: PretestGroup) -> list[Tries]:
    """One row a variant of the survey, in the order of the study; a form that was only opened is no try."""
    ours = Q(responses__pretest_group=group, responses__saved_at__isnull=False)
    counted = group.survey.variants.annotate(
        begun=Count("responses", filter=ours),
        submitted=Count("responses", filter=ours & Q(responses__submitted_at__isnull=False)),
    )
    return [Tries(variant.label, variant.begun, variant.submitted) for variant in counted]


def talks(survey: Survey) -> list[Talk]:
    """What was said, in the order of the questionnaire; about what is asked no more, at the end."""
    by_question: dict[str, list[Comment]] = defaultdict(list)
    for question, comment in comments(survey):
        by_question[question].append(comment)
    asked = Question.objects.filter(page__survey=survey).values_list("code", flat=True)
    order = [code for code in asked if code in by_question]
    order += sorted(by_question.keys() - set(order))
    known = wordings(survey)
    return [Talk(code, known.get(code, ""), tuple(by_question[code])) for code in order]


def comments(survey: Survey) -> Iterator[tuple[str, Comment]]:
    """Every comment with the code of its question, oldest response first."""
    tried = Response.objects.of_pretest(survey).select_related("variant", "pretest_group")
    for response in tried.order_by("pk"):
        about = (str(response.pretest_group), response.variant.label, response.pk)
        for question, text in said(response.working):
            yield question, Comment(*about, response.saved_at or response.started_at, text)


def wordings(survey: Survey) -> dict[str, str]:
    """Each question as the first variant that asks it reads it."""
    found: dict[str, str] = {}
    for variant in survey.variants.select_related("survey"):
        for page in instrument_of(variant).pages:
            for question in page.questions:
                found.setdefault(question.code, question.text or question.items[0].text)
    return found


@transaction.atomic
def discard(survey: Survey) -> int:
    """Delete all groups with what they answered and said; returns how many responses went."""
    tried = Response.objects.of_pretest(survey)
    count = tried.count()
    tried.delete()
    survey.pretest_groups.all().delete()
    return count
