"""Where files of drafts go: beside the pages, since they are larger, and take longer, than what pages are sent."""

from django.urls import URLPattern, path

from helpdesk.workspace import file_views

urlpatterns: list[URLPattern] = [
    path("tickets/<int:number>/reply/", file_views.attach_file, {"kind": "reply"}, name="attach_to_reply"),
    path("tickets/<int:number>/note/", file_views.attach_file, {"kind": "note"}, name="attach_to_note"),
]
