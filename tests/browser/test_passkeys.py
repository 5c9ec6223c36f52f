"""A passkey, as Chromium makes and uses one, under the policy that allows no script but ours."""

from urllib.parse import urlsplit

import pytest
from allauth.mfa.models import Authenticator

pytestmark = pytest.mark.browser

PASSWORD = "uma senha bem comprida"
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


def test_a_passkey_can_be_added_and_logs_in(open_page, server, owner):
    owner.set_password(PASSWORD)
    owner.save()
    site = f"http://localhost:{urlsplit(server).port}"  # browsers have no keys of an address in numbers
    page = open_page()
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    device = devices.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})["authenticatorId"]

    def log_in():
        page.goto(f"{site}/accounts/login/")
        page.get_by_label("E-mail").fill(owner.email)
        page.get_by_label("Senha", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Entrar").click()

    log_in()
    page.wait_for_url(f"{site}/t/escola/**")
    page.goto(f"{site}/accounts/2fa/webauthn/add/")
    page.get_by_label("Senha", exact=True).fill(PASSWORD)
    page.locator("form.panel button.btn-primary").click()
    page.locator("#id_name").fill("Telefone")
    page.locator("[data-passkey=create]").click()
    page.wait_for_url(f"{site}/accounts/2fa/recovery-codes/")
    assert Authenticator.objects.get(type="webauthn").data["name"] == "Telefone"

    page.context.clear_cookies()
    log_in()
    page.wait_for_url(f"{site}/accounts/2fa/authenticate/")
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    page.locator("[data-passkey=get]").click()
    page.wait_for_url(f"{site}/t/escola/**")

    page.context.clear_cookies()
    devices.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": device})
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    log_in()
    page.locator("[data-passkey=get]").click()
    page.locator("[data-passkey-problem]").wait_for(timeout=70_000)
    assert page.locator("[data-passkey=get]").is_enabled()
