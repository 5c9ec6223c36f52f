"""Where the admin's pages are, and which there are."""

from django.apps import apps
from django.urls import reverse

OURS = ["teams", "courses", "tickets", "bulk", "integrations", "webhooks"]
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]


def changelist(model):
    """Its list."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(thing):
    """The page on which it is changed."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])
