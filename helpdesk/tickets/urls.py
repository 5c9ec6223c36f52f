"""Inbox and tickets, under /t/<team>/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
