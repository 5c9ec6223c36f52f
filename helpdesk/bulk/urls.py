"""URLs of changes to tickets, below a team's."""

from django.urls import URLPattern, path

from helpdesk.bulk import question_views, views

urlpatterns: list[URLPattern] = [
    path("", views.create_bulk_change, name="create_bulk_change"),
    path("question/<int:number>/", question_views.change_question, name="change_question"),
    path("kept/", views.send_kept_change, name="send_kept_change"),
    path("<int:pk>/", views.bulk_change, name="bulk_change"),
    path("<int:pk>/run/", views.run_bulk_change, name="run_bulk_change"),
    path("<int:pk>/undo/", views.undo_bulk_change, name="undo_bulk_change"),
]
