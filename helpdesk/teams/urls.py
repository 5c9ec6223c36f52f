"""URLs outside of any team."""

from django.urls import URLPattern, path

from helpdesk.operations.probes import VIEWS
from helpdesk.teams import session_views, views
from helpdesk.teams.middleware import change_language

urlpatterns: list[URLPattern] = [
    path("", views.home, name="home"),
    path("teams/", views.choose_team, name="choose_team"),
    path("account/", views.account, name="account"),
    path("account/sessions/<int:pk>/end/", session_views.end_session, name="end_session"),
    path("account/sessions/end/", session_views.end_sessions_elsewhere, name="end_sessions_elsewhere"),
    path("language/", change_language, name="set_language"),
    path("invitations/<str:token>/", views.invitation, name="accept_invitation"),
    *(path(name, view, name=name) for name, view in VIEWS.items()),
]
