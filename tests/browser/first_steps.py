"""A new customer's first steps: log in, and connect Eduzz."""

import re

EMAIL, PASSWORD = "ana@example.com", "uma senha bem comprida"
PING = {"event": "ping", "data": {"message": "ping"}}


def log_in(page, server):
    page.goto(server)
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Senha").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    page.wait_for_url(re.compile("/t/"))


def set_up_source(page):
    """Create a source with the guided setup; returns its address and key as the page shows them."""
    page.get_by_role("link", name="Conectar a Eduzz").click()
    page.get_by_role("button", name="Continuar").click()
    return page.locator("#address").input_value(), page.locator("#new-key").input_value()
