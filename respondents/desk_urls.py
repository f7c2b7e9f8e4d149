"""The desk's actions in the field phase."""

from django.urls import path

from respondents.views import desk

urlpatterns = [path("mailings/<int:mailing_id>/release/", desk.release, name="release")]
