"""Addresses of the app as it is installed. The worker's is at the root, since it looks after what is below its own."""

from django.urls import URLPattern, path

from helpdesk.ui import installable

urlpatterns: list[URLPattern] = [
    path("manifest.<slug:language>.webmanifest", installable.manifest, name="manifest"),
    path("service-worker.<slug:language>.js", installable.service_worker, name="service_worker"),
    path("offline/<slug:language>/", installable.offline, name="offline"),
]
