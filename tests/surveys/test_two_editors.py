"""Two people fill in one page in every order that a network allows: nothing is overwritten unseen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from surveys.merging import Hands, Merged, Sent, merged
from surveys.models import Response, Survey
from tests.surveys.steps import case_of

pytestmark = pytest.mark.once

INTERLEAVINGS = 500
VARIABLES = ("a", "b", "c")
Answers = dict[str, Any]

editors = st.sampled_from([0, 1])
variables = st.sampled_from(VARIABLES)
answers = st.sampled_from([None, 1, 2, 3])


@dataclass
class Tab:
    """A page as it stands in a browser, and what its person has seen to be stored."""

    hand: str
    seen: Answers
    answers: Answers
    turn: int = 1
    conflicts: Answers = field(default_factory=dict)

    def send(self) -> Sent:
        self.turn += 1
        return Sent(dict(self.answers), dict(self.seen), self.hand, self.turn)

    def hear(self, sent: Sent, outcome: Merged) -> None:
        """What the page's script does with an answer."""
        for name, value in sent.answers.items():
            if name in outcome.newer:
                self.seen[name] = self.answers[name] = outcome.newer[name]
            elif name not in outcome.conflicts:
                self.seen[name] = value
        self.conflicts = dict(outcome.conflicts)


class TwoEditors(RuleBasedStateMachine):
    """Both open pages, type, save, lose replies, close tabs with a save on its way, and choose."""

    response: ClassVar[Response]

    def __init__(self) -> None:
        super().__init__()
        everything = {"answers": {}, "hands": {}, "version": 0, "paradata": []}
        Response.objects.filter(pk=self.response.pk).update(**everything)
        self.response.refresh_from_db()
        self.opened = 0
        self.writer: dict[str, str] = {}
        self.latest: dict[str, int] = {}
        self.on_the_way: list[tuple[Sent, Answers]] = []
        self.tabs: list[Tab] = []

    @property
    def stored(self) -> Answers:
        row = Response.objects.get(pk=self.response.pk)
        return {name: row.answers.get(name) for name in VARIABLES}

    def new_tab(self) -> Tab:
        self.opened += 1
        return Tab(f"hand {self.opened}", self.stored, self.stored)

    @initialize()
    def both_open_the_page(self) -> None:
        self.tabs = [self.new_tab(), self.new_tab()]

    @rule(who=editors)
    def opens_it_again(self, who: int) -> None:
        self.tabs[who] = self.new_tab()

    @rule(who=editors, variable=variables, answer=answers)
    def types(self, who: int, variable: str, answer: Any) -> None:
        self.tabs[who].answers[variable] = answer

    @rule(who=editors)
    def saves(self, who: int) -> None:
        tab = self.tabs[who]
        sent = tab.send()
        outcome = self.arrives(sent, tab.seen)
        tab.hear(sent, outcome)
        missing = {name: value for name, value in sent.answers.items() if name not in outcome.conflicts}
        missing |= outcome.newer
        assert {name: self.stored[name] for name in missing} == missing, "acknowledged, but not stored"

    @rule(who=editors)
    def saves_but_the_reply_is_lost(self, who: int) -> None:
        self.arrives(self.tabs[who].send(), self.tabs[who].seen)

    @rule(who=editors)
    def sends_what_takes_its_time(self, who: int) -> None:
        self.on_the_way.append((self.tabs[who].send(), dict(self.tabs[who].seen)))

    @rule(data=st.data())
    def something_arrives_late(self, data: st.DataObject) -> None:
        if self.on_the_way:
            place = data.draw(st.integers(0, len(self.on_the_way) - 1))
            self.arrives(*self.on_the_way.pop(place))

    @rule(who=editors, mine=st.booleans())
    def chooses(self, who: int, mine: bool) -> None:
        tab = self.tabs[who]
        for name, value in tab.conflicts.items():
            tab.seen[name] = value
            if not mine:
                tab.answers[name] = value
        tab.conflicts = {}

    def arrives(self, sent: Sent, seen: Answers) -> Merged:
        """Deliver what a page sent, as the server takes it, and look at each answer that it changed."""
        before = self.stored
        seen = dict(seen)
        outcome = Response.objects.select_related("variant__survey").get(pk=self.response.pk).take(
            sent, lambda outcome: 1
        )  # fmt: skip
        for name, value in self.stored.items():
            if value == before[name]:
                continue
            own = self.writer.get(name) == sent.hand
            assert own or before[name] == seen[name], f"{name}: {before[name]} overwritten unseen"
            assert sent.turn >= self.latest.get(sent.hand, 0), f"{name}: undone by a belated save"
            self.writer[name] = sent.hand
        for name in outcome.conflicts:
            assert self.writer.get(name) != sent.hand, f"{name}: in conflict with oneself"
        self.latest[sent.hand] = max(sent.turn, self.latest.get(sent.hand, 0))
        return outcome

    def teardown(self) -> None:
        """Once everybody has chosen and saved, each page shows what is stored."""
        for who, tab in enumerate(self.tabs):
            self.saves(who)
            self.chooses(who, mine=True)
            self.saves(who)
            assert tab.answers == self.stored


@pytest.fixture
def machine(survey: Survey) -> Iterator[type[TwoEditors]]:
    TwoEditors.response = case_of(survey, "museum").open_response()
    yield TwoEditors
    del TwoEditors.response


def interleave(machine: type[TwoEditors], *phases: Phase, by_chance: bool = True) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=INTERLEAVINGS,
            stateful_step_count=20,
            database=None,
            derandomize=not by_chance,
            report_multiple_bugs=False,
            phases=phases or list(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_in_no_order_of_events_is_an_answer_overwritten_unseen(machine: type[TwoEditors]) -> None:
    interleave(machine)


def last_one_wins(stored: Answers, hands: Hands, sent: Sent) -> Merged:
    outcome = merged(stored, hands, sent)
    for name in outcome.conflicts:
        outcome.answers[name] = sent.answers[name]
    return Merged(outcome.answers, outcome.written | set(outcome.conflicts), {}, outcome.newer)


def without_turns(stored: Answers, hands: Hands, sent: Sent) -> Merged:
    return merged(stored, {hand: (0, own) for hand, (_, own) in hands.items()}, sent)


def without_hands(stored: Answers, hands: Hands, sent: Sent) -> Merged:
    return merged(stored, {hand: (turn, []) for hand, (turn, _) in hands.items()}, sent)


@pytest.mark.parametrize(
    ("mistake", "found"),
    [
        (last_one_wins, "overwritten unseen"),
        (without_turns, "undone by a belated save|overwritten unseen"),
        (without_hands, "in conflict with oneself|acknowledged, but not stored"),
    ],
)
def test_this_test_would_find_a_server_that_makes_a_mistake(
    machine: type[TwoEditors], monkeypatch: pytest.MonkeyPatch, mistake: Any, found: str
) -> None:
    monkeypatch.setattr("surveys.models.response.merged", mistake)
    with pytest.raises(AssertionError, match=found):
        interleave(machine, Phase.generate, by_chance=False)
