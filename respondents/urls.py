"""The personal link."""

from django.urls import re_path

from respondents.views import copies, entry, opting_out

app_name = "respondents"
urlpatterns = [
    re_path(r"^b/(?P<token>[^/]+)/?$", entry.entry, name="entry"),
    re_path(r"^b/(?P<token>[^/]+)/copy/$", copies.copy, name="copy"),
    re_path(r"^b/(?P<token>[^/]+)/blank/$", copies.blank, name="blank"),
    re_path(r"^no/(?P<token>[^/]+)/?$", opting_out.opt_out, name="opt_out"),
]
