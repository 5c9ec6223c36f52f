"""URLs of the team's own page."""

from django.urls import URLPattern, path

from helpdesk.teams import security_views, team_views

urlpatterns: list[URLPattern] = [
    path("", team_views.team, name="team"),
    path("business-hours/", team_views.set_business_hours, name="set_business_hours"),
    path("security/", security_views.team_security, name="team_security"),
    path("invitations/", team_views.invite, name="invite"),
    path("invitations/<int:pk>/revoke/", team_views.revoke_invitation, name="revoke_invitation"),
    path("invitations/<int:pk>/renew/", team_views.renew_invitation, name="renew_invitation"),
    path("members/<int:pk>/role/", team_views.change_role, name="change_role"),
    path("members/<int:pk>/remove/", team_views.remove_member, name="remove_member"),
]
