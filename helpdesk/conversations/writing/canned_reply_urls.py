"""URLs of the team's pages about canned replies."""

from django.urls import URLPattern, path

from helpdesk.conversations.writing import canned_reply_views

urlpatterns: list[URLPattern] = [
    path("", canned_reply_views.canned_replies, name="canned_replies"),
    path("new/", canned_reply_views.create, name="create_canned_reply"),
    path("<int:pk>/", canned_reply_views.canned_reply, name="canned_reply"),
    path("<int:pk>/delete/", canned_reply_views.delete, name="delete_canned_reply"),
]
