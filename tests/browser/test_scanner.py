"""What a scan sees is a page at rest: nothing that is on its way to another colour, nor what a request dims."""

import pytest

from tests.browser.scanning import scan

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="en"><title>Rest</title><main><h1>Rest</h1>
<style>@keyframes fade { from { opacity: 0.1 } } .coming { animation: fade 0.9s } .htmx-request p { opacity: 0.1 }
p { color: #000 } .changing { transition: color 60s } .pale { color: #eee }</style>%s</main></html>"""


@pytest.mark.parametrize(
    ("within", "begin"),
    [
        ('<p class="coming">It comes</p>', ""),
        ('<p class="pale">It changes</p>', "p.offsetTop; p.classList.add('changing'); p.classList.remove('pale')"),
        ('<div class="htmx-request"><p>It asks</p></div>', "setTimeout(() => { p.parentElement.className = '' }, 100)"),
    ],
)
def test_transitions_have_ended_when_the_page_is_scanned(open_page, within, begin):
    page = open_page()
    page.set_content(PAGE % within)
    page.evaluate(f"() => {{ const p = document.querySelector('p'); {begin} }}")
    assert scan(page, "a page that comes to rest") == []


def test_a_permanent_state_is_reported(open_page):
    page = open_page()
    page.set_content(PAGE % '<div class="htmx-request"><p>It asks for ever</p></div>')
    (told,) = scan(page, "a page that stays dim")
    assert "color-contrast" in told
