"""The desk: the pages of the survey office, gathered from the apps under one name."""

from django.urls import include, path

app_name = "desk"
urlpatterns = [
    path("", include("surveys.desk_urls")),
    path("", include("respondents.desk_urls")),
    path("", include("analysis.desk_urls")),
]
