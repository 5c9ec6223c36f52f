"""URLs of the team's pages about first replies."""

from django.urls import URLPattern, path

from helpdesk.conversations.first_reply import views

urlpatterns: list[URLPattern] = [
    path("", views.first_replies, name="first_replies"),
    path("new/", views.create, name="create_first_reply"),
    path("restore/", views.restore, name="restore_first_reply"),
    path("<int:pk>/", views.first_reply, name="first_reply"),
    path("<int:pk>/switch/", views.switch, name="switch_first_reply"),
    path("<int:pk>/delete/", views.delete, name="delete_first_reply"),
]
