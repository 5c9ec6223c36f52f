"""URLs for notifications in a browser."""

from django.urls import URLPattern, path

from helpdesk.notifications import push_views

urlpatterns: list[URLPattern] = [
    path("", push_views.push, name="push"),
    path("test/", push_views.test_push, name="test_push"),
    path("<int:pk>/end/", push_views.end_push, name="end_push"),
]
