"""Addresses outside of any team."""

from django.urls import URLPattern, path

from helpdesk.operations.health import healthz

urlpatterns: list[URLPattern] = [path("healthz", healthz, name="healthz")]
