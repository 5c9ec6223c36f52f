"""Addresses of a team's pages about privacy."""

from django.urls import URLPattern, path

from helpdesk.privacy import erasure_views, views

urlpatterns: list[URLPattern] = [
    path("", views.personal_data, name="personal_data"),
    path("learners/<int:pk>/", views.learner_privacy, name="learner_privacy"),
    path("learners/<int:pk>/correct/", views.correct_learner, name="correct_learner"),
    path("learners/<int:pk>/export/", views.create_export, name="create_export"),
    path("learners/<int:pk>/erase/", erasure_views.erase_learner, name="erase_learner"),
    path("erasures/<int:pk>/agree/", erasure_views.agree_to_erasure, name="agree_to_erasure"),
    path("erasures/<int:pk>/withdraw/", erasure_views.withdraw_erasure, name="withdraw_erasure"),
    path("exports/<int:pk>/", views.download_export, name="download_export"),
]
