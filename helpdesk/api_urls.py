"""Every address of the API, which each room answers for itself."""

from django.urls import URLPattern, URLResolver, include, path

from helpdesk.tickets import api as tickets

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/tickets", tickets.TicketList.as_view(), name="api_tickets"),
    path("v1/tickets/<int:number>", tickets.TicketDetail.as_view(), name="api_ticket"),
    path("", include("helpdesk.api.urls")),  # last, since it answers for all the rest
]
