"""The personal link."""

from django.urls import re_path

from respondents.views import entry

app_name = "respondents"
urlpatterns = [
    re_path(r"^b/(?P<token>[^/]+)/?$", entry.entry, name="entry"),
]
