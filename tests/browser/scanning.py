"""What axe finds wrong with a page."""

from axe_playwright_python.base import AXE_SCRIPT

CONTRAST = [
    "color-contrast",
    "link-in-text-block",
]  # the rules that look at colours, all others are blind to the scheme


# A colour on its way to another is none that is looked at.
AT_REST = "for (const each of document.getAnimations()) if (each instanceof CSSTransition) each.finish();"


def scan(page, name, within="html", **options):
    """What axe finds wrong with this page, or what is within a part of it, and whether it is wider than the screen."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    page.evaluate(AT_REST)
    asked = [within, {"resultTypes": ["violations"], **options}]
    found = page.evaluate("([within, options]) => axe.run(within, options)", asked)["violations"]
    wrong = [f"{name}: {rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wrong.append(f"{name}: wider than the screen")
    return wrong


# A toast stays for as long as it is looked at.
HOLD_TOASTS = "for (const each of document.getAnimations()) if (each.animationName === 'time-left') each.pause()"
LET_TOASTS_GO = HOLD_TOASTS.replace("pause", "play")


def scan_in_both(page, name, within="html", **options):
    """What is wrong in a light browser, and in a dark one what can be wrong with colours; it is light again then."""
    page.wait_for_load_state()
    page.evaluate(HOLD_TOASTS)
    wrong = scan(page, f"{name}, light", within, **options)
    page.emulate_media(color_scheme="dark")
    wrong += scan(page, f"{name}, dark", within, runOnly=CONTRAST)
    page.emulate_media(color_scheme="light")
    page.evaluate(LET_TOASTS_GO)
    return wrong
