"""Addresses of the form; none of them names a person."""

from django.urls import path

from surveys.views import about, copies, filling_in, pretest, reopening

app_name = "surveys"
urlpatterns = [
    path("form/<int:number>/", filling_in.page, name="page"),
    path("form/review/", filling_in.review, name="review"),
    path("form/receipt/", filling_in.receipt, name="receipt"),
    path("form/reopen/", reopening.reopen, name="reopen"),
    path("form/discard/", reopening.discard, name="discard"),
    path("form/copy/", copies.copy, name="copy"),
    path("form/blank/", copies.blank, name="blank"),
    path("p/<str:token>/", pretest.door, name="pretest"),
    path("about/<slug:survey_name>/privacy/", about.privacy, name="privacy"),
    path("about/<slug:survey_name>/imprint/", about.imprint, name="imprint"),
    path("about/<slug:survey_name>/accessibility/", about.accessibility, name="accessibility"),
]
