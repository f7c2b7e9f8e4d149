"""What staff do with one case: calls and notes, a changed address, closing and reopening the way to it."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from respondents.models import Case, Contact, Mailing, Office
from respondents.models.contact import REFUSING
from surveys.models import Survey

Kind = Contact.Kind
SENT_TWICE = timedelta(minutes=10)
DETAILS = ("email", "phone", "salutation", "contact_name")


@transaction.atomic
def record(case: Case, kind: Kind, *, by: User, text: str) -> bool:
    """Record a call or a note; the same words of the same person, sent twice, are recorded once."""
    fresh = Case.objects.select_for_update(of=("self",)).select_related("variant__survey").get(pk=case.pk)
    since = fresh.variant.survey.now() - SENT_TWICE
    if fresh.contacts.filter(kind=kind, by=by, text=text, at__gte=since).exists():
        return False
    fresh.record(kind, by=by, text=text)
    return True


def steps(case: Case) -> tuple[Kind, ...]:
    """What can be decided about a case `with_standing` now."""
    unreachable, refused = case.reach == Kind.UNDELIVERABLE, case.refusal in REFUSING
    possible = {
        Kind.UNDELIVERABLE: not unreachable,
        Kind.NOT_RESPONSIBLE: not refused,
        Kind.OPTED_OUT: not refused,
        Kind.WITHDRAWN: case.refusal != Kind.WITHDRAWN,
        Kind.REINSTATED: unreachable or refused,
    }
    return tuple(kind for kind, is_possible in possible.items() if is_possible)


@transaction.atomic
def decide(case: Case, kind: Kind, *, by: User, text: str) -> bool:
    """Record such a step; False if it has been taken already, also by a colleague at the same moment."""
    locked = Case.objects.select_for_update(of=("self",)).with_standing().select_related("variant__survey")
    fresh = locked.get(pk=case.pk)
    if kind not in steps(fresh):
        return False
    fresh.record(kind, by=by, text=text)
    return True


@transaction.atomic
def change_office(
    case: Case, details: dict[str, str], *, by: User | None, seen: dict[str, str] | None = None
) -> bool:
    """Write new details into the address book and keep the old ones in the contact history.

    What still stands as it was `seen` was not meant to change: a colleague may have changed it meanwhile.
    A new mail address opens the way again in every survey that asks this office.
    """
    office = Office.objects.select_for_update(of=("self",)).get(pk=case.office_id)
    meant = [name for name in DETAILS if details[name] != (seen or {}).get(name)]
    changes = {name: details[name] for name in meant if details[name] != getattr(office, name)}
    if not changes:
        return False
    text = "\n".join(in_words(office, changes))
    Office.objects.filter(pk=office.pk).update(**changes)
    for each in concerned(case, by_address="email" in changes):
        each.record(Kind.ADDRESS_CHANGED if "email" in changes else Kind.NOTE, by=by, text=text)
    return True


def in_words(office: Office, changes: dict[str, str]) -> Iterator[str]:
    """One line a change: what it was and what it is."""
    labels = {
        "email": _("E-Mail"),
        "phone": _("Telefon"),
        "salutation": _("Anrede"),
        "contact_name": _("Ansprechperson"),
    }
    for name, new in changes.items():
        old = getattr(office, name)
        yield f"{labels[name]}: {old or '–'} → {new or '–'}"


def concerned(case: Case, *, by_address: bool) -> list[Case]:
    """Whose history a change belongs to: a new address changes what can reach the office in any survey."""
    cases = Case.objects.select_related("variant__survey")
    return list(cases.filter(office=case.office_id) if by_address else cases.filter(pk=case.pk))


def open_lists(survey: Survey) -> QuerySet[Mailing]:
    """Mailings to hand-picked cases that are not released yet."""
    return survey.mailings.filter(audience_rule__hand_picked=True, released_at=None)


@transaction.atomic
def pick(survey: Survey, cases: Iterable[Case], mailing_id: int, *, on_the_list: bool) -> Mailing | None:
    """Put cases on the list of a mailing, or take them off; None if there is no such list any more."""
    mailing = open_lists(survey).select_for_update(of=("self",)).filter(pk=mailing_id).first()
    if mailing and on_the_list:
        mailing.picked.add(*cases)
    elif mailing:
        mailing.picked.remove(*cases)
    return mailing
