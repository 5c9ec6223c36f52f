"""Reads the environment, and defines what the other settings build on: addresses and folders."""

from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent.parent
env = environ.Env()
PORT = env.int("PORT", default=8000)
BASE_URL = env.str("BASE_URL", default="").rstrip("/") or f"http://127.0.0.1:{PORT}"
IS_HTTPS = BASE_URL.startswith("https://")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))


def required(name: str, what: str) -> str:
    """The value of a variable that must be set for a safe start.

    Raises ImproperlyConfigured, which says what to set.
    """
    value: str = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment or in .env: {what}")
    return value
