"""URLs of the inbox, below the team's."""

from django.urls import URLPattern, path

from helpdesk.inbox import palette_views, saved_view_views, views

urlpatterns: list[URLPattern] = [
    path("", views.inbox, name="inbox"),
    path("news/", views.inbox_updates, name="inbox_updates"),
    path("rows/", views.inbox_rows, name="inbox_rows"),
    path("palette/", palette_views.palette, name="palette"),
    path("views/", saved_view_views.saved_views, name="saved_views"),
    path("views/<int:pk>/", saved_view_views.change_saved_view, name="change_saved_view"),
    path("views/<int:pk>/delete/", saved_view_views.delete_saved_view, name="delete_saved_view"),
]
