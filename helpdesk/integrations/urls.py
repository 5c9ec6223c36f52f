"""URLs of a team's endpoints and their deliveries."""

from django.urls import URLPattern, path

from helpdesk.integrations import views

urlpatterns: list[URLPattern] = [
    path("", views.endpoints, name="webhook_endpoints"),
    path("new/", views.create, name="create_webhook_endpoint"),
    path("<int:endpoint_id>/", views.endpoint, name="webhook_endpoint"),
    path("<int:endpoint_id>/settings/", views.change, name="change_webhook_endpoint"),
    path("<int:endpoint_id>/secret/", views.rotate_secret, name="rotate_secret"),
    path("<int:endpoint_id>/switch-on/", views.enable, name="enable_webhook_endpoint"),
    path("<int:endpoint_id>/switch-off/", views.disable, name="disable_webhook_endpoint"),
    path("<int:endpoint_id>/delete/", views.delete, name="delete_webhook_endpoint"),
    path("<int:endpoint_id>/test/", views.send_test, name="test_webhook_endpoint"),
    path("<int:endpoint_id>/deliveries/<int:pk>/", views.delivery, name="webhook_delivery"),
    path("<int:endpoint_id>/deliveries/<int:pk>/resend/", views.resend, name="resend_delivery"),
]
