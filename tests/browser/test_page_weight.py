"""How much a browser downloads, and that shortening the styles changes none of their rules."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage

from helpdesk.conversations.learner_page.learner_links import link_for
from helpdesk.tickets.models import Ticket
from tests.browser.pages import paths
from tests.browser.reading import fill_inbox
from tests.factories import CourseFactory

pytestmark = pytest.mark.browser
PARTS = 3
LIMIT = 100 * 1000  # bytes of a page, compressed, with its styles, its scripts and what these fetch by themselves
# Without what stands around a rule; a layer's name, and so its place among the others, is that of the file's import.
RULES = r"""(text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    const rulesOf = (rules) => [...rules].flatMap((rule) =>
        rule instanceof CSSLayerBlockRule ? rulesOf(rule.cssRules) : rule.cssText.replace(/\s+/g, " "));
    return rulesOf(sheet.cssRules);
}"""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_page_is_under_100_kilobytes(open_page, server, team, owner, url_objects, complaints, part):
    """On a wide screen, which is sent all that a phone is, and the list beside a ticket."""
    fill_inbox(team, 60, course=CourseFactory(team=team))
    page = open_page(1440, user=owner)
    line, received = page.context.new_cdp_session(page), []
    line.send("Network.enable")
    line.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    too_large = {}
    learners = urlsplit(link_for(Ticket.objects.get(number=url_objects[0]["number"]))).path
    for path in [*paths(url_objects), learners, "/api/v1/docs"][part::PARTS]:
        line.send("Network.clearBrowserCache")
        received.clear()
        page.goto(server + path, wait_until="networkidle")
        assert len(received) > 1, f"{path} came from a cache"
        if sum(received) >= LIMIT:
            too_large[path] = sum(received)
    assert too_large == {}
    assert all("status of 4" in text for text in complaints)  # where one is asked who one is, or a link is over
    complaints.clear()


def test_minified_styles_have_the_same_rules(open_page):
    page, sources = open_page(), settings.BASE_DIR / "static/css"
    name = staticfiles_storage.url("css/helpdesk.css").removeprefix(settings.STATIC_URL)
    served = page.evaluate(RULES, (settings.STATIC_ROOT / name).read_text())
    parts = {path.name: page.evaluate(RULES, path.read_text()) for path in sources.iterdir()}
    without_imports = [rule for rules in parts.values() for rule in rules]
    assert len(served) > 500
    assert sorted(served) == sorted(without_imports)
