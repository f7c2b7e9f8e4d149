"""The desk's pages and deeds in the field phase."""

from django.urls import path

from respondents.views import cases, inbox, mailings

INBOX = "<slug:survey_name>/inbox/"
MAIL = f"{INBOX}<int:contact_id>/"

urlpatterns = [
    path("<slug:survey_name>/mailings/<slug:name>/", mailings.mailing, name="mailing"),
    path("<slug:survey_name>/mailings/<slug:name>/progress/", mailings.progress, name="mailing-progress"),
    path("<slug:survey_name>/mailings/<slug:name>/letter/", mailings.letter, name="mailing-letter"),
    path("<slug:survey_name>/mailings/<slug:name>/dry-run/", mailings.preview, name="dry-run"),
    path("<slug:survey_name>/mailings/<slug:name>/dry-run.csv", mailings.preview_csv, name="dry-run-csv"),
    path("mailings/<int:mailing_id>/propose/", mailings.propose, name="propose"),
    path("mailings/<int:mailing_id>/release/", mailings.release, name="release"),
    path("mailings/<int:mailing_id>/pause/", mailings.pause, name="pause"),
    path("mailings/<int:mailing_id>/resume/", mailings.resume, name="resume"),
    path("mailings/<int:mailing_id>/stop/", mailings.stop, name="stop"),
    path("letters/<int:letter_id>/decide/", mailings.decide, name="decide"),
    path("<slug:survey_name>/cases/", cases.cases, name="cases"),
    path("<slug:survey_name>/cases/pick/<int:mailing_id>/", cases.pick_found, name="pick-found"),
    path("<slug:survey_name>/cases/<int:case_id>/", cases.case, name="case"),
    path("cases/<int:case_id>/record/", cases.record, name="record-contact"),
    path("cases/<int:case_id>/office/", cases.change_office, name="change-office"),
    path("cases/<int:case_id>/decide/", cases.decide, name="decide-case"),
    path("cases/<int:case_id>/decline/", cases.decline, name="decline-case"),
    path("cases/<int:case_id>/pick/<int:mailing_id>/", cases.pick, name="pick-case"),
    path(INBOX, inbox.inbox, name="inbox"),
    path(MAIL, inbox.mail, name="mail"),
    path(f"{MAIL}settle/", inbox.settle, name="settle-mail"),
    path(f"{MAIL}take-up-again/", inbox.take_up_again, name="take-up-mail"),
    path(f"{MAIL}confirm/", inbox.confirm, name="confirm-mail"),
    path(f"{MAIL}let-go/", inbox.let_go, name="let-go-mail"),
    path(f"{MAIL}assign/<int:case_id>/", inbox.assign, name="assign-mail"),
]
