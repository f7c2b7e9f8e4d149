"""What became of every letter, held against what the mail server took: nothing twice, nothing missing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from respondents.models import Case, Letter, Mailing
from tests.kills.plan import HANDING_OVER, Plan
from tests.respondents.sink import Taken

State = Letter.State
WAITING = (State.PLANNED, State.CLAIMED, State.SENDING)


@dataclass
class Troubles:
    """What was done to the service from outside, and how many letters that can leave unclear at most."""

    done: Counter[str] = field(default_factory=Counter)
    killed: int = 0
    in_flight: int = 0

    def note(self, what: str, *, killed: int = 0, in_flight: int = 0) -> None:
        self.done[what] += 1
        self.killed += killed
        self.in_flight += in_flight


@dataclass(frozen=True)
class Expected:
    """Cases by what must become of their letter, whatever else happens."""

    refused: set[int]
    dropped: set[int]
    withdrawn: set[int]


class Ledger:
    """The books of one run."""

    def __init__(
        self, mailing: Mailing, taken: list[Taken], plan: Plan, troubles: Troubles, expected: Expected
    ) -> None:
        self.plan, self.troubles, self.expected = plan, troubles, expected
        letters = list(mailing.letters.values_list("pk", "case", "state", "reason"))
        self.case_of = {letter: case for letter, case, _, _ in letters}
        self.states = {case: State(state) for _, case, state, _ in letters}
        self.reasons = {case: reason for _, case, _, reason in letters}
        self.accepted = Counter(int(mail.message["X-Case"]) for mail in taken)
        self.cases = set(Case.objects.of(mailing.survey).values_list("pk", flat=True))

    def count(self, *states: State) -> int:
        return sum(state in states for state in self.states.values())

    def standing(self, *states: State) -> set[int]:
        return {case for case, state in self.states.items() if state in states}

    @property
    def kills(self) -> int:
        return self.plan.kills.total() + self.troubles.killed

    @property
    def twice(self) -> list[int]:
        return sorted(case for case, copies in self.accepted.items() if copies > 1)

    @property
    def missing(self) -> list[int]:
        """Cases without a letter of which the books do not say so."""
        known = self.standing(State.UNCLEAR, State.FAILED, State.SUPPRESSED, *WAITING)
        return sorted(self.cases - set(self.accepted) - known)

    @property
    def unexplained(self) -> list[int]:
        """Unclear letters whose worker was not killed at a cut point, and whose line was not dropped."""
        cut = {self.case_of[letter] for letter, cut in self.plan.all_met() if cut in HANDING_OVER}
        return sorted(self.standing(State.UNCLEAR) - cut - self.expected.dropped)

    def faults(self) -> Iterator[str]:
        """Everything that must not be; nothing if all is well."""
        accepted = set(self.accepted)
        wrong = {
            "written to twice": set(self.twice),
            "missing": set(self.missing),
            "still waiting": self.standing(*WAITING),
            "marked as sent, but not taken": self.standing(State.SENT) - accepted,
            "taken, but marked otherwise": accepted - self.standing(State.SENT, State.UNCLEAR),
            "failed without a refusal": self.standing(State.FAILED) - self.expected.refused,
            "refused, but not failed": self.expected.refused & self.standing(State.SENT, State.SUPPRESSED),
            "suppressed without a reason": self.standing(State.SUPPRESSED) - self.expected.withdrawn,
            "withdrawn, but not suppressed": self.expected.withdrawn & self.standing(State.SENT),
            "unclear without a word": {c for c in self.standing(State.UNCLEAR) if not self.reasons[c]},
            "not in the books": self.cases ^ set(self.states),
        }
        yield from (f"{what}: cases {sorted(cases)}" for what, cases in wrong.items() if cases)
        allowed = self.troubles.killed + self.troubles.in_flight
        if len(self.unexplained) > allowed:
            yield f"unclear, more than the {allowed} that were in hand: cases {self.unexplained}"
        listed = set(Letter.objects.undecided().values_list("case", flat=True))
        if listed != self.standing(State.UNCLEAR):
            yield f"unclear, but not listed: cases {sorted(self.standing(State.UNCLEAR) ^ listed)}"

    def lines(self) -> Iterator[str]:
        """The books, to be read by a person."""
        names = {"sent": (State.SENT,), "unclear": (State.UNCLEAR,), "failed": (State.FAILED,),
                 "suppressed": (State.SUPPRESSED,), "waiting": WAITING}  # fmt: skip
        counts = {name: self.count(*states) for name, states in names.items()}
        total = " + ".join(f"{count} {name}" for name, count in counts.items())
        yield f"{total} = {sum(counts.values())} letters for {len(self.cases)} cases"
        yield f"{self.accepted.total()} messages taken, {len(self.twice)} twice, {len(self.missing)} missing"
        yield f"{self.kills} kills, {self.troubles.killed} of them at random"
        yield from (f"  {count:5} {cut}" for cut, count in sorted(self.plan.kills.items()))
        yield from (f"  {count:5} {what}" for what, count in sorted(self.troubles.done.items()))
        yield (
            f"{counts['unclear']} unclear, {len(self.unexplained)} of them by no cut point or dropped line "
            f"(at most {self.troubles.killed} killed at random, {self.troubles.in_flight} in flight)"
        )
        why = Counter(self.reasons[case] for case in self.unexplained)
        yield from (f"  {count:5} {reason}" for reason, count in sorted(why.items()))
