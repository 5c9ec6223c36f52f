"""URLs of the reports, below the team's."""

from django.urls import URLPattern, path

from helpdesk.reports import views

urlpatterns: list[URLPattern] = [
    path("", views.reports, name="reports"),
    path("<slug:name>.csv", views.report_csv, name="report_csv"),
]
