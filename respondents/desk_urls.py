"""The desk's pages and deeds in the field phase."""

from django.urls import path

from respondents.views import mailings

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
]
