"""Addresses of the form; none of them names a person or holds a token."""

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("form/<int:number>/", views.page, name="page"),
    path("form/review/", views.review, name="review"),
    path("form/receipt/", views.receipt, name="receipt"),
    path("about/<slug:survey_name>/privacy/", views.about, {"topic": "privacy"}, name="privacy"),
    path("about/<slug:survey_name>/imprint/", views.about, {"topic": "imprint"}, name="imprint"),
]
