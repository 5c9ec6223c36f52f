"""The cookies of an installation behind TLS, which its settings decide at the start."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

NAMES = """
import json
from django.conf import settings
from helpdesk.ui.messages import HostCookieStorage
names = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME]
secure = [settings.SESSION_COOKIE_SECURE, settings.CSRF_COOKIE_SECURE, settings.LANGUAGE_COOKIE_SECURE]
print(json.dumps([names + [HostCookieStorage.cookie_name], secure]))
"""


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_cookies_are_limited_to_this_host_under_tls(scheme):
    environment = os.environ | {
        "BASE_URL": f"{scheme}://ajuda.example.com",
        "DJANGO_SETTINGS_MODULE": "helpdesk.settings",
    }
    said = subprocess.run(
        [sys.executable, "-c", NAMES],
        env=environment,
        cwd=settings.BASE_DIR,
        capture_output=True,
        check=True,
        text=True,
    )
    names, secure = json.loads(said.stdout)
    is_https = scheme == "https"
    assert [name.startswith("__Host-") for name in names] == [is_https] * 4
    assert secure == [is_https] * 3


@pytest.mark.django_db
def test_scripts_can_read_only_the_csrf_token(client, agent):
    client.force_login(agent)
    client.get("/account/")
    client.post("/language/", {"language": "en"})
    readable = {name for name, cookie in client.cookies.items() if not cookie["httponly"]}
    assert settings.LANGUAGE_COOKIE_NAME in client.cookies
    assert readable == {settings.CSRF_COOKIE_NAME}
