"""Addresses outside a team: the start, the choice of a team, an invitation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
