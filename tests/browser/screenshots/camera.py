"""Describes and takes a single picture."""

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urljoin

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.test import Client
from PIL import Image
from playwright.sync_api import Browser, Page

from helpdesk.demo.management.commands.demo import OWNER
from helpdesk.teams.models import Team, User
from tests.logins import force_login

QUALITY = 82  # of WebP; keeps text sharp
DURING, AFTER, LAST = range(3)  # the order of pictures: later ones leave traces that others must not show


class Screen(NamedTuple):
    """A screen, by size, color scheme, pixel density, and kind of device."""

    width: int
    height: int
    scheme: str = "light"
    scale: int = 1
    is_phone: bool = False


DESKTOP = Screen(1440, 900)
DARK = DESKTOP._replace(scheme="dark")
WIDE = Screen(1920, 1080)
PHONE = Screen(360, 740, scale=2, is_phone=True)
DARK_PHONE = PHONE._replace(scheme="dark")
EMAIL = Screen(720, 860)  # the size of an e-mail in a mail program
DARK_EMAIL = EMAIL._replace(scheme="dark")
PAPER = Screen(794, 1123)  # A4


def leave(page: Page) -> None:
    """Do nothing."""


class Shot(NamedTuple):
    """A picture of a page, after `prepare` has acted on it; `restore` undoes that.

    A path is relative to the team's address, or starts with a slash; if something has to be created first, it is a
    function that returns the path. `person` is an e-mail address; if it is empty, nobody is logged in.
    """

    name: str
    caption: str
    screen: Screen
    path: str | Callable[[], str]
    prepare: Callable[[Page], object] = leave
    person: str = OWNER[1]
    turn: int = DURING
    restore: Callable[[Page], object] = leave


Chapter = tuple[str, list[Shot]]


class Camera:
    """Takes pictures of the demo's pages and saves them in a folder."""

    def __init__(self, browser: Browser, team: Team, folder: Path) -> None:
        self.browser, self.team, self.folder = browser, team, folder

    def take(self, shot: Shot) -> None:
        """Open the page, prepare it, wait until nothing moves, and save the picture."""
        path = shot.path if isinstance(shot.path, str) else shot.path()
        page = self._open(shot.screen, shot.person)
        page.goto(urljoin(f"{settings.BASE_URL}/t/{self.team.slug}/", path))
        page.wait_for_load_state("networkidle")
        shot.prepare(page)
        page.mouse.move(0, 0)
        page.wait_for_timeout(700)
        image = Image.open(io.BytesIO(page.screenshot()))
        image.save(self.folder / f"{shot.name}.webp", quality=QUALITY, method=6)
        shot.restore(page)
        page.context.close()

    def _open(self, screen: Screen, person: str) -> Page:
        context = self.browser.new_context(
            viewport={"width": screen.width, "height": screen.height},
            color_scheme=screen.scheme,  # type: ignore[arg-type]
            device_scale_factor=screen.scale,
            is_mobile=screen.is_phone,
            has_touch=screen.is_phone,
            locale="pt-BR",
            service_workers="block",
        )
        if person:
            context.add_cookies([{"name": "sessionid", "value": session_of(person), "url": settings.BASE_URL}])
        return context.new_page()


@cache
def session_of(person: str) -> str:
    """The key of a session in which the person has just reauthenticated, as allauth's own pages require."""
    client = Client()
    force_login(client, User.objects.get(email=person))
    session = client.session
    for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["reauthenticated"] = True
    session.save()
    return client.cookies["sessionid"].value
