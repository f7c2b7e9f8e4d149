"""How an office says that it will not answer, or that somebody else should be asked."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from respondents.models import Contact

Kind = Contact.Kind
WORDS = {
    Kind.NOT_RESPONSIBLE: _("Wir sind für diese Themen nicht zuständig."),
    Kind.OPTED_OUT: _("Wir möchten nicht teilnehmen. Bitte schreiben Sie uns nicht mehr an."),
    Kind.OTHER_PERSON: _("Bitte wenden Sie sich an eine andere Person oder Stelle."),
    Kind.REINSTATED: _("Wir möchten doch wieder Schreiben zu dieser Befragung erhalten."),
}


class DeclineForm(forms.Form):
    """A chosen reason; another contact person must be named."""

    reason = forms.ChoiceField(
        label=_("Was dürfen wir für Sie festhalten?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie aus, was zutrifft.")},
    )
    whom = forms.CharField(
        label=_("An wen dürfen wir uns wenden?"),
        help_text=_(
            "Name oder Stelle, E-Mail-Adresse oder Telefonnummer; nur nötig, wenn wir uns an "
            "eine andere Person oder Stelle wenden sollen"
        ),
        max_length=500,
        error_messages={"required": _("Bitte nennen Sie die Person oder Stelle.")},
    )
    use_required_attribute = False

    def __init__(self, data: Any = None, *, offered: tuple[Kind, ...]) -> None:
        super().__init__(data)
        self.fields["reason"].choices = [(kind, WORDS[kind]) for kind in offered]  # type: ignore[attr-defined]
        if Kind.OTHER_PERSON not in offered:
            del self.fields["whom"]
        if len(offered) == 1:  # a button says it
            self.fields["reason"].widget = forms.HiddenInput()
            self.initial["reason"] = offered[0]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = {"whom": "", **(super().clean() or {})}
        if cleaned.get("reason") != Kind.OTHER_PERSON:
            self.errors.pop("whom", None)
        return cleaned

    @property
    def kind(self) -> Kind:
        return Kind(self.cleaned_data["reason"])

    @property
    def words(self) -> str:
        """The chosen reason in a sentence."""
        return str(WORDS[self.kind])
