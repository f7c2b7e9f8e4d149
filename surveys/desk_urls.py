"""The desk's pages about the instrument."""

from django.urls import path

from surveys.views import desk, questionnaire

urlpatterns = [
    path("<slug:survey_name>/questionnaire/", questionnaire.side_by_side, name="questionnaire"),
    path(
        "<slug:survey_name>/questionnaire/<slug:variant>/<int:number>/", questionnaire.preview, name="preview"
    ),
    path("<slug:survey_name>/pretest/", desk.pretest, name="pretest"),
    path("<slug:survey_name>/pretest/add/", desk.add_group, name="add-pretest-group"),
    path("<slug:survey_name>/pretest/delete/", desk.delete_pretest, name="delete-pretest"),
    path("<slug:survey_name>/pretest/comments/", desk.comments, name="pretest-comments"),
    path("<slug:survey_name>/paradata/delete/", desk.delete_paradata, name="delete-paradata"),
    path("pretest-groups/<int:group_id>/close/", desk.close_group, name="close-pretest-group"),
    path("pretest-groups/<int:group_id>/reopen/", desk.reopen_group, name="reopen-pretest-group"),
]
