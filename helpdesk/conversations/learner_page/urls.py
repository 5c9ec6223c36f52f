"""URLs of learners' pages, outside the teams' pages."""

from django.urls import URLPattern, path

from helpdesk.conversations.learner_page import views

urlpatterns: list[URLPattern] = [
    path("<str:token>/", views.learner_page, name="learner_page"),
    path("<str:token>/files/<int:pk>/", views.learner_file, name="learner_file"),
]
