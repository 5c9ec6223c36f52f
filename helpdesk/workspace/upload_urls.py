"""URLs for uploads to drafts: apart from the pages, because uploads are larger and take longer."""

from django.urls import URLPattern, path

from helpdesk.workspace import file_views

urlpatterns: list[URLPattern] = [
    path("tickets/<int:number>/reply/", file_views.attach_file, {"kind": "reply"}, name="attach_to_reply"),
    path("tickets/<int:number>/note/", file_views.attach_file, {"kind": "note"}, name="attach_to_note"),
]
