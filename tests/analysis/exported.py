"""Returns that hold every kind of variable, as the exports meet them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl
from hypothesis import strategies as st

from analysis.codebook import Category, Codebook, Missing, Returns, Value, Variable
from tests.analysis.builders import AGREEMENT, TWO_OFFICES

BOTH = {"ordnung": "Was hilft?", "jugend": "Was hilft?"}
PHONE = "Worüber halten Sie Kontakt? – Telefon"
VARIABLES = (
    Variable(
        "trust",
        "Vertrauen in unserem Ordnungsamt",
        "Vertrauen",
        "choice",
        "ordinal",
        (*AGREEMENT, Value(-8, "kann ich nicht beurteilen")),
        {"ordnung": "Vertrauen in unserem Ordnungsamt", "jugend": "Vertrauen in unserem Jugendamt"},
    ),
    Variable(
        "contact__1",
        PHONE,
        "Telefon",
        "flag",
        "nominal",
        (Value(0, "nicht genannt"), Value(1, "genannt")),
        {"ordnung": PHONE, "jugend": PHONE},
    ),
    Variable(
        "staff",
        "Wie viele Stellen?",
        "Stellen",
        "number",
        "interval",
        (),
        {"ordnung": "Wie viele Stellen?"},
        "Nur wenn Sie bei „Vertrauen“ „trifft voll zu“ angegeben haben.",
    ),
    Variable(
        "help",
        "Was hilft?",
        "Hilfen",
        "text",
        "nominal",
        (),
        BOTH,
        categories=(Category("money", "Mittel"), Category("grants", "Fördermittel", "money")),
    ),
    Variable("since", "Seit wann?", "Beginn", "date", "interval", (), BOTH),
)
SCHEMA: Mapping[str, Any] = {
    "id": pl.Int64,
    "office_type": pl.String,
    "state": pl.String,
    "size_class": pl.Int8,
    "mode": pl.String,
    "submitted_on": pl.Date,
    "municipality": pl.String,
    "trust": pl.Int16,
    "contact__1": pl.Int16,
    "staff": pl.Float64,
    "help": pl.String,
    "help__status": pl.Int16,
    "help__money": pl.Int16,
    "help__grants": pl.Int16,
    "since": pl.Date,
    "since__status": pl.Int16,
}
ROW: Mapping[str, Any] = {
    "office_type": "ordnung",
    "state": "NW",
    "size_class": 2,
    "mode": "online",
    "submitted_on": date(2019, 11, 20),
    "municipality": "Musterstadt (NW)",
    "trust": 3,
    "contact__1": 1,
    "staff": 2.5,
    "help": "Geld",
    "help__status": 0,
    "help__money": 1,
    "help__grants": 0,
    "since": date(1998, 7, 1),
    "since__status": 0,
}
NO_ANSWERS: Mapping[str, Any] = {
    "trust": -9,
    "contact__1": -9,
    "staff": -10.0,
    "help": None,
    "help__status": -9,
    "help__money": -9,
    "help__grants": -9,
    "since": None,
    "since__status": -9,
}
TITLE = "Zusammenarbeit der Ämter"


def whole_returns(
    rows: Sequence[Mapping[str, Any]], variables: tuple[Variable, ...] = VARIABLES, *, title: str = TITLE
) -> Returns:
    """One return for each row; a row says only what differs from a valid one."""
    full = [{"id": number, **ROW, **row} for number, row in enumerate(rows, start=1)]
    codebook = Codebook("probe", title, TWO_OFFICES, variables, 20, (50_000, 100_000, 200_000))
    return Returns(pl.DataFrame(full, schema=dict(SCHEMA), orient="row"), codebook)


MISSING = st.sampled_from([code.value for code in Missing])
WEIRD = st.sampled_from(
    ["=1+1", '=HYPERLINK("http://x.example")', "+49", "- erstens\n- zweitens", "@x", "'=1", "''-2", "\t=1",
     "\r\n", " =2", "＝1", 'er sagte "ja", oder; nein', "ä" * 3100, "👩🏽‍🚒" * 900,
     "a\r\nb", "ends with blanks  ", " ", ",", '"']
)  # fmt: skip
TEXT = st.one_of(
    WEIRD, st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
)


@st.composite
def texts(draw: st.DrawFn) -> dict[str, Any]:
    """An open answer with its status and codes, or the reason why there is none."""
    if draw(st.booleans()):
        code = draw(MISSING)
        return {"help": None, "help__status": code, "help__money": code, "help__grants": code}
    return {"help": draw(TEXT), "help__money": draw(st.integers(0, 1)), "help__grants": 0}


@st.composite
def any_row(draw: st.DrawFn) -> dict[str, Any]:
    """A return with any answers that a form can take, and any reasons for giving none."""
    day = draw(st.one_of(st.none(), st.dates(date(1600, 1, 1), date(2999, 12, 31))))
    return {
        "office_type": draw(st.sampled_from(["ordnung", "jugend"])),
        "trust": draw(st.one_of(st.integers(1, 4), MISSING)),
        "contact__1": draw(st.one_of(st.integers(0, 1), MISSING)),
        "staff": draw(st.one_of(st.floats(0, 1e15), st.integers(0, 900).map(float), MISSING.map(float))),
        "since": day,
        "since__status": draw(MISSING) if day is None else 0,
        **draw(texts()),
    }


RETURNS = st.lists(any_row(), max_size=5).map(whole_returns)
DEGENERATE: Mapping[str, Returns] = {
    "no returns": whole_returns([]),
    "one return": whole_returns([{}]),
    "an item that nobody answered": whole_returns([{"trust": -9}, {"trust": -9}]),
    "only missing codes": whole_returns([NO_ANSWERS, NO_ANSWERS]),
}
