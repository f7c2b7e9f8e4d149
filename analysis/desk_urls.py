"""The desk's pages, its files, and its door."""

from django.contrib.auth import views as auth
from django.urls import path

from analysis.views import desk
from analysis.views.login import login

urlpatterns = [
    path("", desk.home, name="home"),
    path("login/", login, name="login"),
    path("logout/", auth.LogoutView.as_view(next_page="desk:login"), name="logout"),
    path("<slug:survey_name>/", desk.overview, name="overview"),
    path("<slug:survey_name>/results/", desk.results, name="results"),
    path("<slug:survey_name>/replication/", desk.replication, name="replication"),
    path("<slug:survey_name>/files/<str:filename>", desk.download, name="download"),
]
