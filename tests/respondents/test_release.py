"""Letting a mailing go: two people, its audience, its rates, and what holds it up."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from respondents.delivery import deliver
from respondents.models import Case, Contact, Letter, Mailing, NeedsSecondPerson
from surveys.models import Survey
from tests import builders
from tests.respondents.sink import Sink
from tests.surveys.folders import LETTER, edit, loaded

Kind, State, Pause = Contact.Kind, Letter.State, Mailing.Pause
Wait = Callable[[timedelta], None]


@pytest.fixture
def two_persons(settings: LazySettings) -> None:
    settings.RELEASE_NEEDS_SECOND_PERSON = True


def offices(survey: Survey, count: int, domain: str = "stadt.example") -> Iterator[Case]:
    """Further offices of the first variant, each in a place of its own."""
    variant = survey.variants.all()[0]
    for number in range(count):
        place = builders.municipality(f"Ort {number} {domain}")
        yield builders.case_for(variant, place, email=f"amt{number}@{domain}")


def sent(mailing: Mailing) -> int:
    """Send all that may go now; returns how many letters have been sent by now."""
    for letter_id in mailing.hand_out():
        deliver(letter_id)
    return mailing.progress()[State.SENT]


# --- a second person ---


@pytest.mark.usefixtures("two_persons")
def test_nobody_releases_what_they_proposed_themselves(survey: Survey) -> None:
    planned, researcher = survey.mailings.all()[0], builders.staff("Researcher")
    planned.propose(researcher)
    for alone in (researcher, None):
        with pytest.raises(NeedsSecondPerson):
            planned.release(alone)
    planned.refresh_from_db()
    assert (planned.released_at, planned.letters.count()) == (None, 0)
    assert planned.release(builders.staff("Administrator")) == 3


@pytest.mark.usefixtures("two_persons")
def test_a_proposal_does_not_outlive_the_text_that_was_proposed(survey: Survey, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(builders.SMALL_STUDY, tmp_path / builders.SMALL_STUDY.name))
    loaded(folder)
    planned = survey.mailings.all()[0]
    planned.propose(builders.staff("Researcher"))
    loaded(folder)
    planned.refresh_from_db()
    assert planned.proposed_by
    edit(folder, LETTER, "{link}", "{link} (another text)")
    loaded(folder)
    planned.refresh_from_db()
    assert not any((planned.proposed_at, planned.proposed_by_id))
    with pytest.raises(NeedsSecondPerson):
        planned.release(builders.staff("Administrator"))


@pytest.mark.usefixtures("two_persons")
def test_nothing_is_released_that_nobody_proposed(survey: Survey) -> None:
    with pytest.raises(NeedsSecondPerson):
        survey.mailings.all()[0].release(builders.staff("Administrator"))


@pytest.mark.usefixtures("two_persons")
def test_the_commands_take_two_accounts(survey: Survey) -> None:
    builders.staff("Researcher", "one")
    builders.staff("Administrator", "two")
    builders.staff("Interviewer", "three")

    def release(by: str) -> None:
        call_command("release_mailing", "invitation", survey=survey.name, by=by, stdout=StringIO())

    with pytest.raises(CommandError, match="needs two accounts"):
        release("two")
    call_command("propose_mailing", "invitation", survey=survey.name, by="one", stdout=StringIO())
    for refused, why in {"one": "needs two", "three": "may not release", "four": "no account"}.items():
        with pytest.raises(CommandError, match=why) as error:
            release(refused)
        assert error.value.returncode == 2
    release("two")
    assert survey.mailings.all()[0].letters.count() == 3


def test_one_person_is_enough_where_the_setting_says_so(survey: Survey) -> None:
    assert survey.mailings.all()[0].release(builders.staff("Researcher")) == 3


# --- the audience ---


@pytest.mark.parametrize(
    ("rule", "whom"),
    [
        ({}, {"museum", "library", "archive"}),
        ({"office_types": ["museum", "archive"]}, {"museum", "archive"}),
        ({"wave1": True}, {"museum"}),
        ({"wave1": False}, {"library", "archive"}),
        ({"priority": True}, {"library"}),
        ({"hand_picked": True}, {"archive"}),
        ({"priority": True, "wave1": True}, set()),
        ({"answer": "any"}, {"museum", "library", "archive"}),
        ({"answer": "given"}, set()),
    ],
)
def test_a_mailing_goes_to_whom_its_rule_names(
    survey: Survey, rule: dict[str, object], whom: set[str]
) -> None:
    cases = Case.objects.of(survey)
    cases.filter(variant__code="museum").update(wave1=True)
    cases.filter(variant__code="library").update(priority=True)
    chosen = builders.mailing(survey, audience_rule=rule)
    chosen.picked.set(cases.filter(variant__code="archive"))
    assert {case.variant.code for case in chosen.audience()} == whom


def test_thanks_go_to_those_who_answered_even_after_the_release(survey: Survey) -> None:
    first, second, _ = Case.objects.of(survey).order_by("pk")
    builders.answered(first)
    thanks = builders.mailing(survey, audience_rule={"answer": "given"})
    assert thanks.release() == 1
    builders.answered(second)
    assert sent(thanks) == 2


def test_who_opted_out_gets_no_thanks_either(survey: Survey) -> None:
    case = Case.objects.of(survey)[0]
    builders.answered(case)
    case.decline(Kind.OPTED_OUT)
    assert list(builders.mailing(survey, audience_rule={"answer": "given"}).audience()) == []


# --- rates ---


def test_no_more_letters_go_in_a_minute_than_the_rate_allows(survey: Survey, wait: Wait) -> None:
    list(offices(survey, 5))
    slow = builders.mailing(survey, per_minute=3)
    assert slow.release() == 8
    assert [sent(slow), sent(slow)] == [3, 3]
    wait(timedelta(seconds=61))
    assert sent(slow) == 6
    wait(timedelta(seconds=61))
    assert sent(slow) == 8


def test_a_receiving_domain_gets_its_own_rate(survey: Survey, wait: Wait) -> None:
    list(offices(survey, 4, "Grossstadt.example"))
    list(offices(survey, 2, "kleinstadt.example"))
    calm = builders.mailing(survey, per_domain=3)
    calm.release()
    assert sent(calm) == 3 + 3 + 2  # the three offices of the fixture share a domain too
    wait(timedelta(seconds=61))
    assert sent(calm) == 9


def test_a_worker_that_was_woken_long_ago_leaves_the_letter_to_the_next_turn(
    survey: Survey, wait: Wait
) -> None:
    slow = builders.mailing(survey, per_minute=2)
    slow.release()
    late = slow.hand_out()
    wait(timedelta(seconds=90))
    for letter_id in late:
        deliver(letter_id)
    assert slow.progress()[State.SENT] == 0
    assert sent(slow) == 2


# --- held up ---


def test_a_paused_mailing_sends_nothing_until_it_is_resumed(mailing: Mailing) -> None:
    woken = mailing.hand_out()
    assert mailing.pause(Pause.PERSON)
    assert not mailing.pause(Pause.PERSON)
    for letter_id in woken:
        deliver(letter_id)
    assert mailing.progress()[State.PLANNED] == 3
    assert Mailing.objects.due() == []
    assert mailing.resume()
    for letter_id in woken:
        deliver(letter_id)
    assert mailing.progress()[State.SENT] == 3


def test_a_stopped_mailing_never_sends_again(mailing: Mailing) -> None:
    first, *others = mailing.hand_out()
    deliver(first)
    assert mailing.stop()
    assert not mailing.stop()
    assert not mailing.resume()
    for letter_id in others:
        deliver(letter_id)
    assert (mailing.progress()[State.SENT], mailing.progress()[State.SUPPRESSED]) == (1, 2)
    assert set(mailing.letters.values_list("hindrance", flat=True)) == {"", "stopped"}
    assert Mailing.objects.due() == []


def test_three_refusals_among_the_last_fifty_letters_pause_the_mailing(survey: Survey, sink: Sink) -> None:
    list(offices(survey, 60))
    wave = builders.mailing(survey)
    wave.release()
    *most, one, two, three, rest = wave.hand_out()
    for letter_id in most:
        deliver(letter_id)
    sink.answers(recipient="550 5.1.1 no such mailbox")
    for letter_id, paused in ((one, False), (two, False), (three, True)):
        deliver(letter_id)
        wave.refresh_from_db()
        assert bool(wave.paused_at) == paused
    assert wave.paused_because == Pause.FAILURES
    sink.answers()
    deliver(rest)
    assert Letter.objects.get(pk=rest).state == State.PLANNED


def test_bounces_count_as_failures_and_old_ones_do_not_after_a_person_resumed(
    survey: Survey, wait: Wait
) -> None:
    list(offices(survey, 20))
    wave = builders.mailing(survey)
    wave.release()
    sent(wave)
    for letter in wave.letters.order_by("pk")[:3]:
        letter.case.record(Kind.UNDELIVERABLE, letter=letter)
    wave.pause_if_failing()
    wave.refresh_from_db()
    assert wave.paused_because == Pause.FAILURES
    wait(timedelta(minutes=5))
    wave.resume()
    wave.pause_if_failing()
    wave.refresh_from_db()
    assert wave.paused_at is None


def test_a_mailing_of_a_backup_restored_days_later_waits_for_a_person(mailing: Mailing, wait: Wait) -> None:
    deliver(mailing.hand_out()[0])
    wait(timedelta(hours=25))
    assert mailing.hand_out() == []
    mailing.refresh_from_db()
    assert mailing.paused_because == Pause.LATE
    mailing.resume()
    assert sent(mailing) == 3


def test_a_mailing_that_asks_for_an_answer_goes_to_nobody_once_the_field_phase_is_over(
    survey: Survey, wait: Wait
) -> None:
    reminder, thanks = builders.mailing(survey), builders.mailing(survey, audience_rule={"answer": "any"})
    wait(timedelta(days=90))
    assert (reminder.audience().count(), thanks.audience().count()) == (0, 3)
    assert (reminder.release(), thanks.release()) == (0, 3)


def test_a_letter_that_waited_for_somebodys_return_does_not_make_the_mailing_late(
    mailing: Mailing, wait: Wait
) -> None:
    absent = mailing.letters.order_by("pk")[0].case
    last_day = mailing.survey.today() + timedelta(days=5)
    absent.record(Kind.ABSENCE, until=last_day)
    assert sent(mailing) == 2
    wait(timedelta(days=5))
    assert sent(mailing) == 2
    wait(timedelta(days=1))
    assert sent(mailing) == 3
    letter = mailing.letters.get(case=absent)
    assert letter.settled_at is not None
    assert letter.settled_at.astimezone(mailing.survey.now().tzinfo).date() == last_day + timedelta(days=1)


def test_a_pause_says_why() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Mailing.objects.filter(pk=builders.mailing(builders.survey_in_field()).pk).update(
            paused_because="late"
        )


test_a_pause_says_why = pytest.mark.django_db(test_a_pause_says_why)


def test_all_mailings_that_could_send_are_paused_at_once(mailing: Mailing) -> None:
    stopped, done, planned = (builders.mailing(mailing.survey) for _ in range(3))
    stopped.release()
    stopped.stop()
    done.release()
    deliver(*done.hand_out())
    said = StringIO()
    call_command("pause_mailings", stdout=said)
    assert said.getvalue().splitlines() == [
        f"{mailing.survey.name}: invitation paused; letters under way: 3",
        "1 mailings paused",
    ]
    call_command("pause_mailings", survey=mailing.survey.name, stdout=said)
    assert said.getvalue().splitlines()[-1] == "0 mailings paused"
    planned.refresh_from_db()
    assert (Mailing.objects.due(), planned.paused_at) == ([done], None)  # it has nothing to send
