"""Someone returns to an open browser, enters a key, and has to authenticate again."""

import time

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from tests.browser.scanning import scan_at_every_width
from tests.factories import KEY
from webhooks.models import SigningKey, Source

pytestmark = pytest.mark.browser
PASSWORD = "uma senha bem comprida"


def make_stale():
    """Make all sessions look as if everybody had logged in half an hour ago."""
    for row in Session.objects.all():
        session = row.get_decoded()
        for record in session[AUTHENTICATION_METHODS_SESSION_KEY]:
            record["at"] = time.time() - 30 * 60
        Session.objects.filter(pk=row.pk).update(session_data=Session.objects.encode(session))


def test_a_typed_key_is_saved_with_one_click_after_confirming(server, open_page, team, owner):
    owner.set_password(PASSWORD)
    owner.save()
    page = open_page(user=owner)
    page.goto(f"{server}/t/escola/sources/new/")
    page.locator("[name=name]").fill("Nutror da escola")
    page.locator("[name=key]").fill(KEY)
    make_stale()
    page.locator("[name=key]").press("Enter")
    page.get_by_role("heading", name="Confirme que é você").wait_for()
    expect(page.get_by_text("fica guardado enquanto isso")).to_be_visible()
    assert scan_at_every_width(page, "asked once more") == []
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Continuar").click()
    page.get_by_text("ainda não foi salvo").wait_for()
    assert scan_at_every_width(page, "kept") == []
    assert not Source.objects.exists()
    page.get_by_role("button", name="Enviar agora").click()
    page.get_by_role("heading", name="Nutror da escola").wait_for()
    assert Source.objects.get().name == "Nutror da escola"
    assert SigningKey.objects.get().key == KEY
