"""Addresses of a team's pages about privacy."""

from django.urls import URLPattern, path

from helpdesk.privacy import views

urlpatterns: list[URLPattern] = [
    path("", views.personal_data, name="personal_data"),
    path("learners/<int:pk>/", views.learner_privacy, name="learner_privacy"),
    path("learners/<int:pk>/export/", views.create_export, name="create_export"),
    path("exports/<int:pk>/", views.download_export, name="download_export"),
]
