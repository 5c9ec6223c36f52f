"""The app as it is installed: its manifest, its worker, the page for when there is no connection."""

import json
import re
import struct

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.test import Client

from helpdesk.ui import installable

pytestmark = pytest.mark.django_db
LANGUAGES = pytest.mark.parametrize("language", ["pt-br", "en"])


def stored(address):
    return settings.STATIC_ROOT / address.removeprefix(settings.STATIC_URL)


def size_of(path):
    """Width and height of a PNG, which stand in its first chunk."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", head[16:24])


def shell_of(client, language="en"):
    script = client.get(f"/service-worker.{language}.js").text
    return json.loads(re.findall(r"self\.SHELL = (.*);", script)[0]), script


@LANGUAGES
def test_the_manifest_is_localized_and_its_icons_have_the_declared_sizes(client, language):
    answer = client.get(f"/manifest.{language}.webmanifest")
    assert answer["content-type"] == "application/manifest+json"
    said = answer.json()
    assert (said["lang"], said["start_url"], said["scope"], said["display"]) == (language, "/", "/", "standalone")
    assert said["description"]
    assert {icon["purpose"] for icon in said["icons"]} == {"any", "maskable"}
    for icon in said["icons"]:
        assert "x".join(map(str, size_of(stored(icon["src"])))) == icon["sizes"]


def test_an_unknown_language_is_not_found(client):
    for address in ("/manifest.xx.webmanifest", "/service-worker.xx.js", "/offline/xx/"):
        assert client.get(address).status_code == 404


def test_every_page_links_the_manifest_icon_colours_and_worker_in_its_language(page):
    for browser, address in [(Client(), "/accounts/login/"), (page, "/t/escola/")]:
        text = browser.get(address, headers={"accept-language": "en"}).text
        assert 'href="/manifest.en.webmanifest"' in text
        assert 'data-worker="/service-worker.en.js"' in text
        assert "apple-touch-icon" in text
        assert re.findall(r'theme-color" content="(#\w+)" media="\(prefers-color-scheme: (\w+)', text) == [
            ("#fbfaf7", "light"),
            ("#121417", "dark"),
        ]
    assert size_of(stored(staticfiles_storage.url("icons/apple-touch-icon.png"))) == (180, 180)


@pytest.mark.parametrize(("theme", "colour"), [("light", "#fbfaf7"), ("dark", "#121417")])
def test_a_chosen_theme_has_a_single_theme_colour(page, agent, theme, colour):
    agent.theme = theme
    agent.save()
    assert re.findall(r'theme-color" content="(#\w+)"([^>]*)>', page.get("/t/escola/").text) == [(colour, "")]


def test_the_worker_caches_existing_files_and_an_anonymous_page(page):
    shell, script = shell_of(page)
    assert all(stored(address).exists() for address in [*shell["files"], shell["icon"], shell["badge"]])
    assert shell["offline"] == "/offline/en/"
    imported = re.findall(r'importScripts\("(.*)"\)', script)[0]
    assert stored(imported).exists()
    text = page.get("/offline/en/").text
    assert "You are offline" in text
    assert "João" not in text
    assert "data-person" not in text
    assert 'X-CSRFToken": ""' in text


def test_pwa_files_are_revalidated(client):
    for address in ("/manifest.en.webmanifest", "/service-worker.en.js", "/offline/en/"):
        assert client.get(address)["cache-control"] == "no-cache"


def test_the_workers_version_depends_on_the_files_and_the_page(client, monkeypatch):
    before = shell_of(client)[0]["version"]
    assert shell_of(client)[0]["version"] == before
    assert shell_of(client, "pt-br")[0]["version"] != before
    monkeypatch.setattr(installable, "SHELL", installable.SHELL[:-1])
    assert shell_of(client)[0]["version"] != before


def test_the_policy_allows_only_our_own_worker_and_manifest(client):
    policy = client.get("/accounts/login/")["content-security-policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy
