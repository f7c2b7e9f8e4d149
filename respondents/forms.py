"""What staff fill in: the search for cases, calls and notes, an office's details, a decision about a case."""

from copy import copy
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from respondents.addresses import LINE_BREAKS, TURNING, is_address
from respondents.followup import DETAILS
from respondents.models import Case, Contact, Disposition, Office
from respondents.models.case import CaseQuerySet
from surveys.models import Survey

Kind = Contact.Kind
LONGEST = 5_000


class CaseSearch(forms.Form):
    """Words and marks by which cases are found; what makes no sense narrows nothing."""

    q = forms.CharField(label=_("Ort, E-Mail, Telefon oder Person"), max_length=100, required=False)
    kind = forms.ChoiceField(label=_("Fragebogen"), required=False)
    wave1 = forms.ChoiceField(
        label=_("Vorherige Welle"),
        choices=(("", _("alle")), ("1", _("war dabei")), ("0", _("neu"))),
        required=False,
    )
    priority = forms.ChoiceField(
        label=_("Vorrang"),
        choices=(("", _("alle")), ("1", _("mit Vorrang")), ("0", _("ohne Vorrang"))),
        required=False,
    )
    disposition = forms.ChoiceField(
        choices=Disposition.choices, required=False, widget=forms.HiddenInput, label=_("Stand")
    )

    def __init__(self, survey: Survey, data: QueryDict) -> None:
        super().__init__(data)
        self.survey = survey
        kinds = survey.variants.values_list("code", "label")
        self.fields["kind"].choices = [("", _("alle")), *kinds]  # type: ignore[attr-defined]
        self.is_valid()

    @property
    def chosen(self) -> str:
        """The code that is asked for; "" if none is."""
        return str(self.cleaned_data.get("disposition", ""))

    @property
    def narrows(self) -> bool:
        """Whether anything but the disposition is asked for."""
        return any(value for name, value in self.cleaned_data.items() if name != "disposition")

    def of_any_disposition(self) -> CaseQuerySet:
        """The cases that are asked for, whatever their disposition."""
        asked = self.cleaned_data
        cases = Case.objects.of(self.survey).mentioning(asked.get("q", ""))
        if asked.get("kind"):
            cases = cases.filter(variant__code=asked["kind"])
        marks = {name: asked[name] == "1" for name in ("wave1", "priority") if asked.get(name)}
        return cases.filter(**marks)

    def cases(self) -> CaseQuerySet:
        """The cases that are asked for, with their disposition."""
        cases = self.of_any_disposition().with_disposition()
        return cases.filter(disposition=self.chosen) if self.chosen else cases  # type: ignore[misc]


class RecordForm(forms.Form):
    """A call or a note, and what was said."""

    kind = forms.ChoiceField(
        label=_("Was halten Sie fest?"),
        choices=[(kind.value, kind.label) for kind in (Kind.CALL, Kind.NOTE)],
        initial=Kind.CALL,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Was wurde besprochen?"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Bitte schreiben Sie, was festgehalten werden soll.")},
    )


class OfficeForm(forms.ModelForm):  # type: ignore[type-arg]  # generic in the stubs only
    """How an office is reached, as the address book has it."""

    class Meta:
        model = Office
        fields = DETAILS
        labels = {
            "email": _("E-Mail"),
            "phone": _("Telefon"),
            "salutation": _("Anrede"),
            "contact_name": _("Ansprechperson"),
        }
        help_texts = {"salutation": _("Steht im Brief vor dem Namen, zum Beispiel „Sehr geehrte Frau“.")}

    # What the page showed, so that what a colleague has changed since is not changed back.
    seen = forms.JSONField(widget=forms.HiddenInput, required=False)

    def __init__(self, office: Office, data: QueryDict | None = None) -> None:
        shown = {"seen": {name: getattr(office, name) for name in DETAILS}}
        super().__init__(
            data, instance=copy(office), initial=shown
        )  # the page goes on showing what is stored

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        if not is_address(email):
            raise forms.ValidationError(
                _("Diese Adresse ist nicht erreichbar. Umlaute in der Domain bitte als xn-- schreiben.")
            )
        return email

    def clean_seen(self) -> dict[str, str]:
        seen = self.cleaned_data["seen"]
        return seen if isinstance(seen, dict) else {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for name in DETAILS:
            if LINE_BREAKS.search(cleaned.get(name, "")):
                self.add_error(name, _("Bitte schreiben Sie alles in eine Zeile."))
            elif TURNING.search(cleaned.get(name, "")):
                self.add_error(name, _("Bitte ohne Zeichen, die die Schreibrichtung umkehren."))
        return cleaned


class StepForm(forms.Form):
    """A decision about a case: which, why, and that it is meant."""

    kind = forms.ChoiceField()
    text = forms.CharField(max_length=LONGEST)
    confirm = forms.BooleanField()

    def __init__(self, kinds: tuple[Kind, ...], data: QueryDict) -> None:
        super().__init__(data)
        self.fields["kind"].choices = [(kind.value, kind.label) for kind in kinds]  # type: ignore[attr-defined]
