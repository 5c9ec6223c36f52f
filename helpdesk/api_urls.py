"""Every address of the API, which each room answers for itself."""

from django.urls import URLPattern, URLResolver, include, path

from helpdesk.tickets import change_api, history_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/tickets", change_api.CreateTicket.as_view(), name="api_tickets"),
    path("v1/tickets/<int:number>", change_api.ChangeTicket.as_view(), name="api_ticket"),
    path("v1/tickets/<int:number>/assignment", change_api.Assignment.as_view(), name="api_assignment"),
    path("v1/tickets/<int:number>/resolution", change_api.Resolution.as_view(), name="api_resolution"),
    path("v1/tickets/<int:number>/snooze", change_api.Snooze.as_view(), name="api_snooze"),
    path("v1/tickets/<int:number>/tags", change_api.Tags.as_view(), name="api_tags_of_ticket"),
    path("v1/tickets/<int:number>/tags/<path:name>", change_api.TagOfTicket.as_view(), name="api_tag_of_ticket"),
    path("v1/tickets/<int:number>/merge", change_api.Merge.as_view(), name="api_merge"),
    path("v1/tickets/<int:number>/events", history_api.Events.as_view(), name="api_events"),
    path("v1/tickets/<int:number>/notes", history_api.Notes.as_view(), name="api_notes"),
    path("", include("helpdesk.api.urls")),  # last, since it answers for all the rest
]
