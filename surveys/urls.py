"""Addresses of the form; none of them names a person or holds a token."""

from django.urls import path

from surveys.views import about, filling_in

app_name = "surveys"
urlpatterns = [
    path("form/<int:number>/", filling_in.page, name="page"),
    path("form/review/", filling_in.review, name="review"),
    path("form/receipt/", filling_in.receipt, name="receipt"),
    path("about/<slug:survey_name>/privacy/", about.about, {"topic": "privacy"}, name="privacy"),
    path("about/<slug:survey_name>/imprint/", about.about, {"topic": "imprint"}, name="imprint"),
]
