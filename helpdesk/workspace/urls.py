"""Addresses of the pages that people work in, within a team."""

from django.urls import URLPattern, path

from helpdesk.workspace import course_views, learner_views, note_views, presence, ticket_views

urlpatterns: list[URLPattern] = [
    path("learners/<int:pk>/", learner_views.learner, name="learner"),
    path("courses/", course_views.courses, name="courses"),
    path("courses/<int:pk>/", course_views.course, name="course"),
    path("tickets/new/", ticket_views.open_ticket, name="open_ticket"),
    path("tickets/<int:number>/", ticket_views.ticket, name="ticket"),
    path("tickets/<int:number>/menu/", ticket_views.ticket_menu, name="ticket_menu"),
    path("tickets/<int:number>/presence/", presence.presence, name="presence"),
    path("tickets/<int:number>/notes/", note_views.add_note, name="add_note"),
]
