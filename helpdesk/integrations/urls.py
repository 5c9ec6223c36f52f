"""Addresses of a team's subscriptions and their deliveries."""

from django.urls import URLPattern, path

from helpdesk.integrations import views

urlpatterns: list[URLPattern] = [
    path("", views.subscriptions, name="subscriptions"),
    path("new/", views.create, name="create_subscription"),
    path("<int:subscription_id>/", views.subscription, name="subscription"),
    path("<int:subscription_id>/settings/", views.change, name="change_subscription"),
    path("<int:subscription_id>/secret/", views.rotate_secret, name="rotate_secret"),
    path("<int:subscription_id>/switch-on/", views.switch_on, name="switch_on_subscription"),
    path("<int:subscription_id>/switch-off/", views.switch_off, name="switch_off_subscription"),
    path("<int:subscription_id>/delete/", views.delete, name="delete_subscription"),
    path("<int:subscription_id>/test/", views.send_test, name="test_subscription"),
    path("<int:subscription_id>/deliveries/<int:pk>/", views.delivery, name="subscription_delivery"),
    path("<int:subscription_id>/deliveries/<int:pk>/resend/", views.resend, name="resend_delivery"),
]
