"""How far somebody has come with a form, and how long the rest will take."""

from dataclasses import dataclass
from math import ceil

from surveys.instrument import Answers, Instrument, Page


@dataclass(frozen=True)
class Progress:
    """What is behind, in per cent of all items asked, and the minutes ahead; 0 if nothing is open ahead."""

    percent: int
    minutes: int


def progress(instrument: Instrument, here: Page, answers: Answers, minutes: int) -> Progress:
    """At the top of a page, for a form that takes `minutes` in all.

    Ahead are the items of this page and the later ones that the filters let through and that have no answer.
    """
    items = [(page.number, item) for page in instrument.pages for item in page.items if not item.about]
    asked = [(number, item) for number, item in items if instrument.is_asked(item, answers)]
    ahead = [item for number, item in asked if number >= here.number and item.variable not in answers]
    left = len(ahead) / len(asked) if asked else 0.0
    return Progress(round(100 * (1 - left)), ceil(minutes * left))
