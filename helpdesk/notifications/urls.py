"""URLs that e-mails link to."""

from django.urls import URLPattern, path

from helpdesk.notifications import views

urlpatterns: list[URLPattern] = [path("<str:token>/", views.unsubscribe, name="unsubscribe")]
