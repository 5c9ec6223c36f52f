"""The team's own pages, under /t/<team>/team/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
