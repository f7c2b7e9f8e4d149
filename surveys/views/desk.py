"""The desk's pages about the instrument: pretest groups, what they said, and paradata."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from surveys import paradata, pretesting
from surveys.desk import common, desk_deed, desk_page
from surveys.models import PretestGroup, Survey


class NewGroup(forms.Form):
    """The name of a further pretest group."""

    name = forms.CharField(
        label=gettext_lazy("Name der Gruppe"),
        max_length=100,
        help_text=gettext_lazy("Zum Beispiel „Kolleg*innen“ oder „Runde 2“. Nur Sie sehen ihn."),
        error_messages={"required": gettext_lazy("Bitte geben Sie der Gruppe einen Namen.")},
    )

    def __init__(self, survey: Survey, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.survey = survey

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if self.survey.pretest_groups.filter(name=name).exists():
            raise forms.ValidationError(_("Eine Gruppe mit diesem Namen gibt es schon."))
        return name


@desk_page
def pretest(request: HttpRequest, survey_name: str) -> HttpResponse:
    """The pretest groups of a survey: their links, and who tried what."""
    survey = get_object_or_404(Survey, name=survey_name)
    return groups_page(request, survey, NewGroup(survey))


def groups_page(request: HttpRequest, survey: Survey, form: NewGroup) -> HttpResponse:
    groups = [(group, pretesting.tries(group)) for group in survey.pretest_groups.select_related("survey")]
    context = {"form": form, "groups": groups, "page_address": reverse("desk:pretest", args=[survey.name])}
    return render(request, "desk/pretest.html", common(survey) | context)


@desk_deed("surveys.run_pretest")
def add_group(request: HttpRequest, survey_name: str) -> HttpResponse:
    """A further pretest group, with a link of its own."""
    survey = get_object_or_404(Survey, name=survey_name)
    form = NewGroup(survey, request.POST)
    if not form.is_valid():
        return groups_page(request, survey, form)
    group, _created = survey.pretest_groups.get_or_create(name=form.cleaned_data["name"])
    messages.success(request, _("Die Gruppe „{name}“ ist angelegt.").format(name=group.name))
    return redirect("desk:pretest", survey.name)


@desk_deed("surveys.run_pretest")
def close_group(request: HttpRequest, group_id: int) -> HttpResponse:
    """End a group: its link opens no form any more."""
    group = get_object_or_404(PretestGroup.objects.select_related("survey"), pk=group_id)
    group.close()
    messages.success(request, _("Die Gruppe „{name}“ ist geschlossen.").format(name=group.name))
    return redirect("desk:pretest", group.survey.name)


@desk_deed("surveys.run_pretest")
def reopen_group(request: HttpRequest, group_id: int) -> HttpResponse:
    """Let the link of a closed group open forms again."""
    group = get_object_or_404(PretestGroup.objects.select_related("survey"), pk=group_id)
    group.reopen()
    messages.success(request, _("Die Gruppe „{name}“ ist wieder offen.").format(name=group.name))
    return redirect("desk:pretest", group.survey.name)


@desk_deed("surveys.run_pretest")
def delete_pretest(request: HttpRequest, survey_name: str) -> HttpResponse:
    """Delete a survey's whole pretest, if that is confirmed."""
    survey = get_object_or_404(Survey, name=survey_name)
    if "confirm" not in request.POST:
        messages.error(request, _("Nichts wurde gelöscht: Bitte bestätigen Sie das Löschen."))
        return redirect("desk:pretest", survey.name)
    count = pretesting.discard(survey)
    said = ngettext(
        "Der Pretest ist gelöscht: {count} Versuch.", "Der Pretest ist gelöscht: {count} Versuche.", count
    )
    messages.success(request, said.format(count=count))
    return redirect("desk:pretest", survey.name)


@desk_page
def comments(request: HttpRequest, survey_name: str) -> HttpResponse:
    """What was said in the pretest, question by question."""
    survey = get_object_or_404(Survey, name=survey_name)
    context = {"talks": pretesting.talks(survey)}
    return render(request, "desk/pretest_comments.html", common(survey) | context)


@desk_deed("surveys.delete_paradata")
def delete_paradata(request: HttpRequest, survey_name: str) -> HttpResponse:
    """Delete a survey's paradata, if that is confirmed; the answers stay."""
    survey = get_object_or_404(Survey, name=survey_name)
    if "confirm" not in request.POST:
        messages.error(request, _("Nichts wurde gelöscht: Bitte bestätigen Sie das Löschen."))
        return redirect("desk:overview", survey.name)
    count = paradata.forget(survey)
    said = ngettext(
        "Die Paradaten von {count} Fragebogen sind gelöscht; die Antworten bleiben.",
        "Die Paradaten von {count} Fragebögen sind gelöscht; die Antworten bleiben.",
        count,
    )
    messages.success(request, said.format(count=count))
    return redirect("desk:overview", survey.name)
