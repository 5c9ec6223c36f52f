"""The pages of the admin and their addresses."""

from django.apps import apps
from django.urls import reverse

OURS = ["teams", "courses", "tickets", "inbox", "workspace", "bulk", "integrations", "webhooks"]
MODELS = [model for label in OURS for model in apps.get_app_config(label).get_models()]


def changelist(model):
    """The list of a model."""
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def change(thing):
    """The page that changes an object."""
    return reverse(f"admin:{thing._meta.app_label}_{thing._meta.model_name}_change", args=[thing.pk])
