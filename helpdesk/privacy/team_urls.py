"""Addresses of a team's pages about privacy."""

from django.urls import URLPattern, path

from helpdesk.privacy import views

urlpatterns: list[URLPattern] = [
    path("", views.personal_data, name="personal_data"),
]
