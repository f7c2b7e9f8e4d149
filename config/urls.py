"""Which app answers which address."""

from django.urls import include, path

urlpatterns = [
    path("", include("surveys.urls")),
    path("", include("respondents.urls")),
    path("desk/", include("config.desk")),
]
