"""Sources and their delivery log, under /t/<team>/sources/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
