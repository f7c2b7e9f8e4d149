"""The contact history of a case: what came back, what the office said, what staff did."""

from datetime import timedelta
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from surveys.models import Survey

if TYPE_CHECKING:
    from respondents.models.case import Case


class ContactQuerySet(models.QuerySet["Contact"]):
    """Contacts by what is to be done about them."""

    def of(self, survey: Survey) -> Self:
        """Contacts with the survey's cases, and mail that could be about any survey."""
        return self.filter(Q(case__variant__survey=survey) | Q(case=None))

    def certain(self) -> Self:
        """Contacts that dispositions and mailings may go by."""
        return self.filter(probable=False)

    def at_the_desk(self) -> Self:
        """What a person has to look at and has not settled yet."""
        open_question = Q(kind__in=FOR_THE_DESK) | Q(case=None) | Q(probable=True)
        return self.filter(open_question, settled_at=None)

    def settled(self) -> Self:
        """What a person has looked at and put aside."""
        return self.filter(settled_at__isnull=False)

    def with_case(self) -> Self:
        """With all that a list shows of the office."""
        return self.select_related("case__variant__survey", "case__office__municipality", "settled_by")


class Contact(models.Model):
    """One event between an office and us, apart from letters and answers.

    What happened is never changed; whose event it is, and whether it is settled, can be put right.
    """

    class Kind(models.TextChoices):
        """What happened. Dispositions and eligibility are derived from these."""

        UNDELIVERABLE = "undeliverable", _("unzustellbar")
        FULL = "full", _("Postfach voll oder Server nicht erreicht")
        DELAYED = "delayed", _("verzögert")
        POLICY = "policy", _("vom Mail-Gateway abgelehnt")
        ABSENCE = "absence", _("Abwesenheitsnotiz")
        REPLY = "reply", _("Antwort per E-Mail")
        AUTOMATIC = "automatic", _("automatische Nachricht")
        UNREADABLE = "unreadable", _("nicht lesbare Nachricht")
        OPTED_OUT = "opted_out", _("möchte keine Schreiben mehr")
        NOT_RESPONSIBLE = "not_responsible", _("nicht zuständig")
        OTHER_PERSON = "other_person", _("andere Ansprechperson genannt")
        REINSTATED = "reinstated", _("wieder aufgenommen")
        WITHDRAWN = "withdrawn", _("aus der Befragung genommen")
        ADDRESS_CHANGED = "address_changed", _("Adresse geändert")
        CALL = "call", _("Telefonat")
        NOTE = "note", _("Notiz")

    case = models.ForeignKey("respondents.Case", models.PROTECT, null=True, related_name="contacts")
    probable = models.BooleanField(
        default=False,
        help_text="not certain to be about the case: decides nothing, is at the desk",
    )
    letter = models.ForeignKey("respondents.Letter", models.PROTECT, null=True, related_name="contacts")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField(
        help_text="by the survey's clock; of mail that no case is known for, the real one"
    )
    until = models.DateField(null=True, help_text="the last day of an absence")
    # Who recorded it, or said whose mail it is:
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sender = models.CharField(max_length=320, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    status = models.CharField(max_length=20, blank=True, help_text="enhanced status code (RFC 3463)")
    fingerprint = models.CharField(  # noqa: DJ001  # unique only if there
        max_length=64, unique=True, null=True, help_text="SHA-256 of the mail that it was read from"
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ("pk",)
        permissions = (("follow_up", "May see the address book and record contacts"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(fingerprint__isnull=False), name="only_mail_has_no_case"
            ),
        )
        indexes = (models.Index(fields=("case", "kind"), name="contacts_by_kind"),)

    def __str__(self) -> str:
        return self.get_kind_display()

    # Each deed is one conditional UPDATE; it says whether it changed anything.

    def settle(self, survey: Survey, by: User) -> bool:
        """Put it aside: nothing is left to be done about it."""
        open_ones = Contact.objects.filter(pk=self.pk, settled_at=None)
        return bool(open_ones.update(settled_at=survey.now(), settled_by=by))

    def take_up_again(self) -> bool:
        """Lay it on the desk again."""
        settled = Contact.objects.settled().filter(pk=self.pk)
        return bool(settled.update(settled_at=None, settled_by=None))

    def confirm(self, by: User) -> bool:
        """The guess was right: from now on dispositions and mailings go by it."""
        guesses = Contact.objects.filter(pk=self.pk, probable=True, case__isnull=False)
        return bool(guesses.update(probable=False, by=by))

    @property
    def may_be_let_go(self) -> bool:
        """Whether it is mail whose case was guessed, or named by a person."""
        return bool(self.case_id and self.fingerprint and (self.probable or self.by_id))

    def let_go(self) -> bool:
        """Not about this case after all: nobody knows whose mail it is; its time is the real one again."""
        doubtful = Q(probable=True) | Q(by__isnull=False)
        mails = Contact.objects.filter(doubtful, pk=self.pk, case__isnull=False, fingerprint__isnull=False)
        at = self.at - self.case.variant.survey.clock_offset if self.case else self.at
        return bool(mails.update(case=None, probable=False, at=at, by=None))

    def assign(self, case: "Case", by: User) -> bool:
        """It is certainly about this case; only mail that no case is certain of can be assigned."""
        doubtful = Contact.objects.filter(Q(case=None) | Q(probable=True), pk=self.pk)
        before = self.case.variant.survey.clock_offset if self.case else timedelta()
        at = self.at - before + case.variant.survey.clock_offset
        return bool(doubtful.update(case=case, probable=False, at=at, by=by))


REFUSING = (Contact.Kind.OPTED_OUT, Contact.Kind.NOT_RESPONSIBLE, Contact.Kind.WITHDRAWN)
FOR_THE_DESK = (
    Contact.Kind.FULL,
    Contact.Kind.POLICY,
    Contact.Kind.REPLY,
    Contact.Kind.UNREADABLE,
    Contact.Kind.OTHER_PERSON,
)
