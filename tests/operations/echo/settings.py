"""The product's settings with this app."""

from helpdesk.settings import *  # noqa: F403
from helpdesk.settings import INSTALLED_APPS

INSTALLED_APPS = ["tests.operations.echo", *INSTALLED_APPS]
