"""What axe finds wrong with a page, at every width that people have and in both schemes of colours."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.browser.reading import until

WIDTHS = (320, 360, 768, 1280, 1920)
ENDS = (WIDTHS[0], WIDTHS[-1])  # which show most of what differs: between them little is left to be looked at anew
CONTRAST = [
    "color-contrast",
    "link-in-text-block",
]  # the rules that look at colours, all others are blind to the scheme
# What may be wrong at one width alone, although the same elements are shown in the same colours: it hangs on where they
# stand and how large they are. All other rules read elements, attributes and colours, and are asked anew where a width
# shows others.
LAYOUT = ["scrollable-region-focusable", "target-size"]
SHOWN = """(root) => [...document.querySelector(root).querySelectorAll("*")].map((element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return "-";
    const { color, backgroundColor } = getComputedStyle(element);
    return element.localName + color + backgroundColor;
}).join("")"""
NEXT_FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

MORE_RULES = {"target-size": {"enabled": True}}  # WCAG 2.2, AA; axe leaves it out unless it is asked for

# A colour on its way to another is none that is looked at.
AT_REST = "for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();"
# A toast stays for as long as it is looked at.
HOLD_TOASTS = "for (const each of document.getAnimations()) if (each.animationName === 'time-left') each.pause()"
LET_TOASTS_GO = HOLD_TOASTS.replace("pause", "play")


def scan(page, name, within="html", **options):
    """What axe finds wrong with this page, or what is within a part of it, and whether it is wider than the screen."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(AT_REST)
    options = {"resultTypes": ["violations"], **options}
    options["rules"] = MORE_RULES | options.get("rules", {})
    asked = [within, options]
    found = page.evaluate("([within, options]) => axe.run(within, options)", asked)["violations"]
    wrong = [f"{name}: {rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wrong.append(f"{name}: wider than the screen")
    return wrong


def resize(page, width):
    """Make the window so wide, and wait until what the page fetches for it is there."""
    page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    page.evaluate(NEXT_FRAME)
    until(page, "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")


def scan_at_every_width(page, name, within="html", *, has_colours=True, **options):
    """What is wrong with the page as it is now at any width, light or dark; it is as wide as before and light then.

    `within` selects what is looked at, which is to be seen at every width; without colours, for all else than these.
    """
    page.wait_for_load_state()
    page.evaluate(HOLD_TOASTS)
    if not has_colours:
        options["rules"] = {rule: {"enabled": False} for rule in CONTRAST}
    before, seen, wrong = page.viewport_size["width"], set(), []
    for width in sorted(WIDTHS, key=lambda width: width not in ENDS):
        resize(page, width)
        expect(page.locator(within)).to_be_visible()
        at, shown = f"{name} at {width}", page.evaluate(SHOWN, within)
        shows_others = shown not in seen
        seen.add(shown)
        colours = CONTRAST if has_colours and (shows_others or width in ENDS) else []
        wrong += scan(page, f"{at}, light", within, **(options if shows_others else {"runOnly": LAYOUT + colours}))
        if colours:
            page.emulate_media(color_scheme="dark")
            wrong += scan(page, f"{at}, dark", within, runOnly=CONTRAST)
            page.emulate_media(color_scheme="light")
    resize(page, before)
    page.evaluate(LET_TOASTS_GO)
    return wrong
