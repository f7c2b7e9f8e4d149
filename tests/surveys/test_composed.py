"""What a query that is composed once finds is what Django's own query finds."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model

from respondents.models import Case
from respondents.models.case import BEHIND
from surveys.composed import Composed
from surveys.models import Response, Survey
from surveys.session import KNOWN
from tests.builders import answered


def state(found: Model | None, *beside: str) -> Any:
    """All values of a row, and of the rows beside it."""
    if found is None:
        return None
    rest = {name: getattr(found, name) for name in beside}
    columns = {field.attname: getattr(found, field.attname) for field in found._meta.concrete_fields}
    return columns | {name: state(row) for name, row in rest.items()}


def full(survey: Survey) -> Response:
    """A response with a value in every column."""
    case = Case.objects.get(variant=survey.variants.first())
    response = answered(case, {"digital": 1})
    response.note_notice()
    response.pretest_group = survey.pretest_groups.create(name="Colleagues")
    response.draft, response.paradata = {"q1": [1, 2], "text": "„Grüße“\n"}, [{"page": "a"}]
    response.save()
    Survey.objects.update(clock_offset=timedelta(days=-3, microseconds=5), fielded_at=survey.now())
    return response


def test_every_value_is_the_same(survey: Survey) -> None:
    response = full(survey)
    theirs = Response.objects.select_related("variant__survey").get(pk=response.pk)
    ours = KNOWN.get(response.pk)
    assert ours
    assert None not in state(theirs).values()
    assert state(ours, "variant") == state(theirs, "variant")
    assert state(ours.variant, "survey") == state(theirs.variant, "survey")
    assert not ours._state.adding


def test_what_is_beside_it_needs_no_query(survey: Survey, django_assert_num_queries: Any) -> None:
    response = full(survey)
    with django_assert_num_queries(1):
        found = KNOWN.get(response.pk)
        assert found
        assert found.variant.survey.name == survey.name


@pytest.mark.parametrize("begun", [False, True])
def test_a_case_with_and_without_its_response(survey: Survey, begun: bool) -> None:
    case = Case.objects.get(variant=survey.variants.first())
    if begun:
        case.open_response()
    theirs = Case.objects.select_related("variant", "office", "response").get(pk=case.pk)
    ours = Case.behind(case.token)
    assert ours
    assert state(ours, "variant", "office", "response") == state(theirs, "variant", "office", "response")
    assert state(ours.office.municipality) == state(theirs.office.municipality)
    assert (ours.response is not None) == begun


@pytest.mark.parametrize(("composed", "nobody"), [(KNOWN, 10**9), (BEHIND, "0" * 64)])
def test_there_may_be_none(composed: Composed[Any], nobody: int | str, survey: Survey) -> None:
    assert composed.get(nobody) is None
