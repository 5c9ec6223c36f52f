"""URLs of a team's sources and their deliveries."""

from django.urls import URLPattern, path

from webhooks import setup_views, source_views

urlpatterns: list[URLPattern] = [
    path("", source_views.sources, name="sources"),
    path("new/", source_views.create, name="create_source"),
    path("remove-test-calls/", setup_views.remove_test_calls, name="remove_test_calls"),
    path("<str:source_id>/", source_views.source, name="source"),
    path("<str:source_id>/connection/", source_views.connection, name="connection"),
    path("<str:source_id>/steps/", setup_views.check_step, name="check_step"),
    path("<str:source_id>/test-call/", setup_views.test_call, name="test_call"),
    path("<str:source_id>/delete/", setup_views.delete_source, name="delete_source"),
    path("<str:source_id>/settings/", source_views.change, name="change_source"),
    path("<str:source_id>/keys/", source_views.add_key, name="add_key"),
    path("<str:source_id>/keys/<int:pk>/retire/", source_views.retire_key, name="retire_key"),
    path("<str:source_id>/deliveries/", source_views.deliveries, name="deliveries"),
    path("<str:source_id>/deliveries/replay/", source_views.replay_many, name="replay_deliveries"),
    path("<str:source_id>/deliveries/<int:pk>/", source_views.delivery, name="delivery"),
    path("<str:source_id>/deliveries/<int:pk>/replay/", source_views.replay, name="replay_delivery"),
    path("<str:source_id>/quarantine/", source_views.quarantine, name="quarantine"),
    path("<str:source_id>/quarantine/discard/", source_views.discard_quarantine, name="discard_quarantine"),
]
