"""The door of a pretest group: choose a form, try it, come back to a try."""

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from surveys.language import speaking
from surveys.models import PretestGroup, Response, Variant
from surveys.session import enter
from surveys.views.replies import to_place

TRIED = "tried"


class Choice(forms.Form):
    """Which form a person wants to try."""

    variant = forms.ModelChoiceField(
        queryset=Variant.objects.none(),
        empty_label=None,
        label=_("Welchen Fragebogen möchten Sie ausprobieren?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Bitte wählen Sie einen Fragebogen.")},
    )

    def __init__(self, group: PretestGroup, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["variant"].queryset = group.survey.variants.all()  # type: ignore[attr-defined]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a pretest link. GET changes nothing; POST opens a form."""
    group = PretestGroup.objects.behind(token)
    if group is None:
        raise Http404
    with speaking(request, group.survey):
        if not group.is_open:
            return render(request, "surveys/pretest_over.html", common(group), status=410)
        return opened(request, group) if "again" in request.POST else chosen(request, group)


def opened(request: HttpRequest, group: PretestGroup) -> HttpResponse:
    """A try begun earlier in this browser goes on."""
    number = request.POST["again"]
    response = next((tried for tried in own_tries(request, group) if str(tried.pk) == number), None)
    if response is None:
        raise Http404
    enter(request, response)
    return to_place(request, response)


def chosen(request: HttpRequest, group: PretestGroup) -> HttpResponse:
    """The choice of a form; a new try once it is made."""
    form = Choice(group, request.POST if request.method == "POST" else None)
    if form.is_valid():
        response = group.begin(form.cleaned_data["variant"])
        request.session[TRIED] = [*request.session.get(TRIED, []), response.pk]
        enter(request, response)
        return redirect("surveys:page", 1)
    context = {"form": form, "tries": own_tries(request, group)}
    return render(request, "surveys/pretest.html", common(group) | context)


def own_tries(request: HttpRequest, group: PretestGroup) -> list[Response]:
    """What was tried in this browser, as long as its session lasts."""
    tried = group.responses.filter(pk__in=request.session.get(TRIED, []), saved_at__isnull=False)
    return list(tried.select_related("variant__survey").order_by("pk"))


def common(group: PretestGroup) -> dict[str, object]:
    return {"survey": group.survey, "rehearsal": group.survey.rehearsal, "pretest": group}
