"""Category systems: two levels, each code once; every fault is named with its place."""

from typing import Any

import pytest

from analysis.codesfile import CodesFile, inconsistencies

pytestmark = pytest.mark.once

MONEY = ("money", None)


def system(*codes: tuple[str, str | None], **other: Any) -> dict[str, Any]:
    shapes = [{"slug": slug, "label": slug, "under": under} for slug, under in codes]
    return {"title": "Reasons", "variables": ["o1"], "codes": shapes, **other}


def faults(*systems: dict[str, Any]) -> list[str]:
    codes = CodesFile.model_validate({"systems": list(systems)})
    return [message for _, message in inconsistencies(codes)]


def test_a_code_may_have_subcodes() -> None:
    assert faults(system(("money", None), ("grants", "money"), ("staff", None))) == []


@pytest.mark.parametrize(
    ("systems", "fault"),
    [
        ([system(("money", None), ("money", None))], "duplicate code money"),
        (
            [system(("grants", "money"), ("money", None))],
            "grants stands under money, which does not come before it",
        ),
        (
            [system(("money", None), ("grants", "money"), ("small", "grants"))],
            "small stands under grants, which is a subcode itself",
        ),
        ([system(MONEY), system(MONEY, variables=["o2"])], "duplicate system 'Reasons'"),
        ([system(MONEY), system(MONEY, title="Others")], "o1 is coded twice"),
        ([system(("x" * 40, None), variables=["o" * 30])], "makes a column name of more than 64 characters"),
    ],
)
def test_what_is_wrong_is_named(systems: list[dict[str, Any]], fault: str) -> None:
    (said,) = faults(*systems)
    assert fault in said
