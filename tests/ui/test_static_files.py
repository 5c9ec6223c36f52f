"""The styles and scripts as they are served: each in one file, with every part in it."""

import re

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

SOURCES = settings.BASE_DIR / "static"
JOINED = pytest.mark.parametrize("name", ["css/helpdesk.css", "js/helpdesk.js"])


def parts_of(name):
    whole = SOURCES / name
    return {path.name: path.read_text() for path in whole.parent.iterdir() if path != whole}


def code_of(text):
    """Its lines without those of comments, which begin a line here."""
    comments = re.compile(r"^ *(//.*|/\*[^*]*\*/)$", re.M)
    return {line.strip() for line in comments.sub("", text).splitlines()} - {""}


@JOINED
def test_a_page_requests_one_file_with_every_part(name):
    served = (settings.STATIC_ROOT / staticfiles_storage.url(name).removeprefix(settings.STATIC_URL)).read_text()
    assert "@import" not in served
    assert not re.search(r"^import ", served, re.M)
    lines = set(served.splitlines())
    missing = {part: left for part, text in parts_of(name).items() if (left := code_of(text) - lines)}
    assert missing == {}


@JOINED
def test_comments_and_indentation_are_stripped(name):
    served = (settings.STATIC_ROOT / staticfiles_storage.url(name).removeprefix(settings.STATIC_URL)).read_text()
    assert [line for line in served.splitlines() if re.match(r"\s|//|/\*|$", line)] == []


@JOINED
def test_in_development_the_file_imports_every_part_once(name):
    imported = re.findall(r'^@?import (?:url\()?"(?:\./)?([\w.-]+)"', (SOURCES / name).read_text(), re.M)
    assert sorted(imported) == sorted(parts_of(name))
