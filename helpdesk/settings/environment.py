"""Where the environment is read, and what all settings rest on: the installation's addresses and folders."""

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
    """The value of a variable without which starting would be unsafe.

    Raises ImproperlyConfigured with a sentence that says what to set.
    """
    value: str = env.str(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(f"Set {name} in the environment or in .env: {what}")
    return value
