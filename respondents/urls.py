"""The personal link."""

from django.urls import re_path

from respondents.views import entry

app_name = "respondents"
urlpatterns = [
    re_path(r"^b/(?P<token>[A-Za-z0-9_-]{1,64})/?$", entry.entry, name="entry"),
]
