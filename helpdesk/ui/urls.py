"""Addresses of the installable app. The service worker is at the root, because it only controls pages below its own
address.
"""

from django.urls import URLPattern, path

from helpdesk.ui import installable

urlpatterns: list[URLPattern] = [
    path("manifest.<slug:language>.webmanifest", installable.manifest, name="manifest"),
    path("service-worker.<slug:language>.js", installable.service_worker, name="service_worker"),
    path("offline/<slug:language>/", installable.offline, name="offline"),
]
