"""URLs of the team's pages about received e-mails."""

from django.urls import URLPattern, path

from helpdesk.conversations.inbound import ignoring_views as ignoring
from helpdesk.conversations.inbound import raw_email_views
from helpdesk.conversations.inbound import views as views

urlpatterns: list[URLPattern] = [
    path("", views.unfiled, name="unfiled"),
    path("ignore/", ignoring.ignore_chosen, name="ignore_chosen"),
    path("undo/", ignoring.undo_ignored, name="undo_ignored"),
    path("senders/", ignoring.ignored_senders, name="ignored_senders"),
    path("senders/<int:pk>/remove/", ignoring.remove_ignored_sender, name="remove_ignored_sender"),
    path("<int:pk>/", views.inbound_email, name="inbound_email"),
    path("<int:pk>/raw/", raw_email_views.raw_email, name="raw_email"),
    path("<int:pk>/file/", views.file_inbound, name="file_inbound"),
    path("<int:pk>/open/", views.open_inbound, name="open_inbound"),
    path("<int:pk>/split/", views.split_inbound, name="split_inbound"),
    path("<int:pk>/reply/", views.take_as_reply, name="take_as_reply"),
    path("<int:pk>/note/", views.take_as_note, name="take_as_note"),
    path("<int:pk>/ignore/", views.ignore_inbound, name="ignore_inbound"),
    path("<int:pk>/ignore-sender/", ignoring.ignore_all_of_sender, name="ignore_sender"),
    path("<int:pk>/spam/", views.mark_inbound, name="mark_inbound"),
    path("<int:pk>/undo/", views.undo_inbound, name="undo_inbound"),
    path("of-message/<int:pk>/", views.email_of_message, name="email_of_message"),
]
