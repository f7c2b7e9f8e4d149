"""The last day of an absence is read from German and English notes."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from respondents.absences import LONGEST_ABSENCE, last_day

pytestmark = pytest.mark.once

SENT = date(2019, 11, 5)  # a Tuesday
DAYS = {
    "Ich bin bis einschließlich 15.11.2019 nicht im Büro.": "2019-11-15",
    "Ich bin ab dem 18. November wieder erreichbar.": "2019-11-17",
    "I will be back on 18 November.": "2019-11-17",
    "Vom 04.11. bis 15.11.2019 bin ich im Urlaub.": "2019-11-15",
    "vom 04.11.-15.11.2019 im Urlaub": "2019-11-15",
    "in der Zeit vom 4. bis einschließlich 15. November bin ich nicht da": "2019-11-15",
    "4.–15. November abwesend": "2019-11-15",
    "I am out of the office from Nov 4 through Nov 15": "2019-11-15",
    "between 4 and 15 November away": "2019-11-15",
    "I am away until Monday, November 18th, 2019.": "2019-11-18",
    "Ich bin bis Montag, den 18. November 2019 nicht im Haus. ": "2019-11-18",
    "Am Montag, 18.11.19, bin ich wieder im Büro.": "2019-11-17",
    "bis zum 6.1. im Urlaub": "2020-01-06",
    "ab 06.01.2020 stehe ich Ihnen wieder zur Verfügung": "2020-01-05",
    "Sie erreichen mich wieder ab dem 11.11.": "2019-11-10",
    "Ab Montag bin ich wieder da": "2019-11-10",
    "Ich bin morgen wieder im Büro": "2019-11-05",
    "back tomorrow": "2019-11-05",
    "back on Monday": "2019-11-10",
    "returning to the office on 2019-11-18": "2019-11-17",
    "bis 15/11/2019": "2019-11-15",
    "until 11/15/2019": "2019-11-15",
    "bis Ende November in Elternzeit": "2019-11-30",
    "bis auf Weiteres nicht da": None,
    "Sprechzeiten Montag bis Freitag 8-16 Uhr": None,
    "Ich bin vom 4.11. an im Urlaub und kehre am 18.11. zurück.": "2019-11-17",
    "bis 31.12.2099": None,
    "bis 45.99.2019": None,
    "Ich bin derzeit im Urlaub und am 25. November 2019 zurück": "2019-11-24",
    "Ihre Nachricht vom 04.11.2019 habe ich erhalten, bin aber bis inkl. 08.11.2019 außer Haus": "2019-11-08",
    "Ich kehre zurück am 18.11.2019.": "2019-11-17",
    "Ich werde ab 04.11.2019 nicht im Büro sein. Ich kehre zurück am 18.11.2019.": "2019-11-17",
    "I will be out of the office starting 04.11.2019 and will not return until 18.11.2019.": "2019-11-17",
    "I am on leave from 4 to 15 November 2019": "2019-11-15",
    "ab 4.11. bis einschl. 15.11. abwesend; am 18.11. wieder da": "2019-11-17",
    "I'll be back at my desk on Monday 18th November": "2019-11-17",
    "bis voraussichtlich 29.11.2019 erkrankt": "2019-11-29",
    "Ab dem 04.11.2019 bin ich im Urlaub. Am 18.11.2019 bin ich wieder im Dienst.": "2019-11-17",
    "Ich bin nicht im Hause. Ab 18.11. bin ich wieder persönlich zu erreichen.": "2019-11-17",
    "Rückkehr: 18.11.2019": "2019-11-17",
    "Meine Rückkehr ist am 18.11. geplant": "2019-11-17",
    "Ich bin wieder da am Montag, dem 18. November": "2019-11-17",
    "bin vom 4.11.2019 bis zum 15.11.2019 (einschließlich) abwesend": "2019-11-15",
    "abwesend: 04.11.2019 - 15.11.2019": "2019-11-15",
    "bis So. 17.11. im Urlaub": "2019-11-17",
    "I'm on vacation 4-15 Nov": "2019-11-15",
    "I am returning Monday 18th November": "2019-11-17",
    "I will return on Monday, 18/11/2019": "2019-11-17",
    "out until the 18th of November": "2019-11-18",
    "Urlaub bis 15.Nov": "2019-11-15",
    "ich bin erst am Dienstag, 12.11., wieder im Büro": "2019-11-11",
    "nicht vor dem 18.11. zurück": "2019-11-17",
    "Ab Mittwoch (13.11.) bin ich wieder zu erreichen": "2019-11-12",
    "Mein letzter Arbeitstag war der 31.10.2019.": None,
    "Ich habe Urlaub vom 04.11.19-15.11.19": "2019-11-15",
    "from 4th November to 15th November inclusive": "2019-11-15",
    "I will be back in the office on 11/18/2019.": "2019-11-17",
    "bis inkl. Mittwoch, den 6. November nicht da": "2019-11-06",
    "Bis zum 15.11.2019 nicht erreichbar. Ab dem 18.11.2019 wieder da, bis 22.11. Frau X.": "2019-11-17",
    "Ich bin am 6. und 7. November nicht im Büro": "2019-11-07",
    "Ich bin heute nicht im Büro.": None,
    "Heute, 5.11.2019, bin ich nicht im Büro und ab morgen wieder da": "2019-11-05",
    "Das Büro ist vom 23.12.2019 bis 01.01.2020 geschlossen": "2020-01-01",
    "Ich bin bis einschl. 15. d. M. im Urlaub": None,
    "bis zum Jahresende in Elternzeit": None,
    "Ich werde vor dem 18.11.2019 nicht zurückkehren.": "2019-11-17",
    "Ich kehre am Montag zurück": "2019-11-10",
    "I am away on business 5 Nov - 8 Nov": "2019-11-08",
    "I am out of the office today and tomorrow.": None,
    "back in the office: 18 Nov 2019": "2019-11-17",
    "Ich bin ab 18.11.2019 wieder für Sie da.": "2019-11-17",
    "Ich bin ab dem 11.11.2019 bis zum 22.11.2019 im Urlaub.": "2019-11-22",
    "Ihre Nachricht vom Dienstag, 5. November 2019 10:12 wird nicht gelesen.": None,
    "Tel. 0211/12-3456, Raum 4.12, Gebäude 3/11. Ich bin nicht da.": None,
    "Unsere Zentrale: 0123-4567-8. bin im Urlaub bis 15.11.": "2019-11-15",
}


@pytest.mark.parametrize("note", DAYS)
def test_an_absence_ends_on_the_day_that_its_note_names(note: str) -> None:
    expected = DAYS[note]
    assert last_day("", note, SENT) == (date.fromisoformat(expected) if expected else None)


def test_the_subject_counts_where_the_text_is_silent() -> None:
    assert last_day("Abwesend bis 15.11.", "Ich bin nicht da.", SENT) == date(2019, 11, 15)
    assert last_day("Abwesend bis 15.11.", "Ich bin bis 22.11. nicht da.", SENT) == date(2019, 11, 22)


def test_our_own_subject_behind_the_colon_has_no_say() -> None:
    assert last_day("Automatische Antwort: Befragung bis 13.12.", "Ich bin nicht da.", SENT) is None


def test_of_several_ends_the_one_still_to_come_counts() -> None:
    note = "Unser Amt war bis 31.10.2019 geschlossen. Ich selbst bin bis 15.11.2019 nicht da."
    assert last_day("", note, SENT) == date(2019, 11, 15)


@given(st.dates(date(2019, 11, 6), date(2020, 10, 31)), st.sampled_from(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"]))
def test_any_day_within_a_year_is_read_back(day: date, written: str) -> None:
    assert last_day("", f"Ich bin bis {day.strftime(written)} nicht da.", SENT) == day


@given(st.text(alphabet="bis ab am until back on wieder 0123456789.-/ßünovember\n", max_size=200))
def test_no_text_makes_an_absence_of_more_than_a_year(text: str) -> None:
    end = last_day(text, text, SENT)
    assert end is None or end - SENT <= LONGEST_ABSENCE
