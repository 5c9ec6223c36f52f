"""URLs that Eduzz posts to, with and without a trailing slash, because a redirect would lose the event."""

from django.urls import URLPattern, path

from webhooks import intake

urlpatterns: list[URLPattern] = [
    path("eduzz/<str:source_id>/", intake.eduzz, name="intake"),
    path("eduzz/<str:source_id>", intake.eduzz),
]
