"""URLs of the team's pages about e-mail."""

from django.urls import URLPattern, path

from helpdesk.conversations.email_settings import mailbox_views, views

urlpatterns: list[URLPattern] = [
    path("", views.email_settings, name="email_settings"),
    path("dns/", views.check_dns, name="check_sender_dns"),
    path("test/", views.send_sender_test, name="send_sender_test"),
    path("confirm/<str:token>/", views.confirm_sender, name="confirm_sender"),
    path("suppressed/", views.suppress, name="suppress_address"),
    path("suppressed/<int:pk>/allow/", views.allow, name="allow_address"),
    path("mailboxes/", mailbox_views.mailboxes, name="mailboxes"),
    path("mailboxes/<int:pk>/", mailbox_views.mailbox, name="mailbox"),
    path("mailboxes/<int:pk>/delete/", mailbox_views.delete_mailbox, name="delete_mailbox"),
    path("mailboxes/<int:pk>/try/", mailbox_views.try_mailbox, name="try_mailbox"),
    path("mailboxes/<int:pk>/try-tags/", mailbox_views.try_tags, name="try_tags"),
]
