"""URLs of learners' pages, outside the teams' pages."""

from django.urls import URLPattern, path

from helpdesk.conversations import learner_page_views

urlpatterns: list[URLPattern] = [
    path("<str:token>/", learner_page_views.learner_page, name="learner_page"),
    path("<str:token>/files/<int:pk>/", learner_page_views.learner_file, name="learner_file"),
]
