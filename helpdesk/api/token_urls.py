"""URLs of a team's tokens."""

from django.urls import URLPattern, path

from helpdesk.api import token_views

urlpatterns: list[URLPattern] = [
    path("", token_views.tokens, name="tokens"),
    path("new/", token_views.create_token, name="create_token"),
    path("<int:pk>/revoke/", token_views.revoke_token, name="revoke_token"),
]
