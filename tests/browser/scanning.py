"""Scans a page with axe, at all common widths and in light and dark.

Folds, that is closed details elements, are opened one by one; of similar ones, only the first.
"""

from collections import defaultdict

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from tests.browser.reading import until

WIDTHS = (320, 360, 768, 1280, 1920)
ENDS = (WIDTHS[0], WIDTHS[-1])  # show most differences; what lies between adds little
CONTRAST = [
    "color-contrast",
    "link-in-text-block",
]  # rules about colors; all others do not depend on the color scheme
# Rules that may fail at a single width even if the same elements have the same colors, because they depend on position
# and size. All other rules depend on elements, attributes and colors, and run again only at widths that show others.
LAYOUT = ["scrollable-region-focusable", "target-size"]
SHOWN = """(root) => [...document.querySelector(root).querySelectorAll("*")].map((element) => {
    if (!element.checkVisibility({ visibilityProperty: true })) return "-";
    const { color, backgroundColor } = getComputedStyle(element);
    return element.localName + color + backgroundColor;
}).join("")"""
NEXT_FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

MORE_RULES = {"target-size": {"enabled": True}}  # WCAG 2.2, AA; off by default in axe

# Toasts stay while they are scanned.
HOLD_TOASTS = "for (const each of document.getAnimations()) if (each.animationName === 'time-left') each.pause()"
LET_TOASTS_GO = HOLD_TOASTS.replace("pause", "play")

# Before a scan: wait for requests, finish short animations, switch off transitions, and make elements that stick to the
# bottom edge static. Otherwise axe would see intermediate colors, and half-covered targets that it takes for too small.
HOLD_STILL = """async () => {
    const asks = () => document.querySelector(".htmx-request:not([data-attach], [data-quiet])");
    for (let frame = 0; frame < 60 && asks(); frame++) {
        await new Promise(requestAnimationFrame);
    }
    for (const each of document.getAnimations()) {
        if (each.playState === "running" && each.effect.getComputedTiming().endTime <= 1000) each.finish();
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, ::before, ::after { transition: none !important }");
    document.adoptedStyleSheets.push(sheet);
    window.atEdge = [...document.querySelectorAll("body *")].filter((element) => {
        const { position, bottom } = getComputedStyle(element);
        return position === "sticky" && bottom !== "auto" && element.offsetHeight > 0;
    });
    for (const { style } of window.atEdge) Object.assign(style, { position: "relative", inset: "auto" });
}"""
LET_GO = """() => {
    document.adoptedStyleSheets.pop();
    for (const { style } of window.atEdge) style.position = style.inset = "";
}"""

FOLDED_AT = (320, 768, 1280)  # widths between these do not change how a fold opens
# The first visible fold of each kind, which is determined by its elements and classes. Nested folds follow once the
# outer one is open.
CLOSED_FOLDS = """([within, known]) => {
    const named = (element) => [element.localName, ...element.classList].join(".");
    const found = [];
    for (const fold of document.querySelectorAll(`${within} details:not([open])`)) {
        const kind = [...new Set([fold.parentElement, fold, ...fold.querySelectorAll("*")].map(named))].join();
        if (known.includes(kind) || !fold.checkVisibility({ visibilityProperty: true })) continue;
        known.push(kind);
        fold.dataset.fold = window.folds = (window.folds ?? 0) + 1;
        const summary = fold.querySelector("summary");
        found.push([kind, `[data-fold="${window.folds}"]`, summary.ariaLabel ?? summary.textContent.trim()]);
    }
    return found;
}"""
IS_CUT_OFF = """(fold) => [...document.querySelector(fold).children].some((part) => {
    const { left, right, width } = part.getBoundingClientRect();
    return width > 0 && (left < 0 || right > innerWidth);
})"""
SEEN_FOLDS: dict[int, list[str]] = defaultdict(list)  # kinds already scanned in this test, by width


def scan(page, name, within="html", **options):
    """Violations that axe finds on the page, or in the part `within`, and whether the page is wider than the screen."""
    page.wait_for_load_state()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    options = {"resultTypes": ["violations"], **options}
    options["rules"] = MORE_RULES | options.get("rules", {})
    asked = [within, options]
    page.evaluate(HOLD_STILL)
    found = page.evaluate("([within, options]) => axe.run(within, options)", asked)["violations"]
    page.evaluate(LET_GO)
    wrong = [
        f"{name}: {rule['id']}: {node['html'][:200]}: {' '.join(check['message'] for check in node['any'])}"
        for rule in found
        for node in rule["nodes"]
    ]
    if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
        wrong.append(f"{name}: wider than the screen")
    return wrong


def resize(page, width):
    """Set the window's width, and wait until the page has loaded what it needs for that."""
    page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    settle(page)


def settle(page):
    """Wait until the page has loaded what it needs; uploads do not count."""
    page.evaluate(NEXT_FRAME)
    until(page, "!document.querySelector('.htmx-request:not([data-attach]), .htmx-swapping, .htmx-settling')")


def scan_folds(page, name, within):
    """Violations inside the folds of the page at this width, in light and dark; closes them again."""
    seen, wrong = SEEN_FOLDS[page.viewport_size["width"]], []
    for kind, fold, summary in page.evaluate(CLOSED_FOLDS, [within, seen]):
        seen.append(kind)
        opened = f"{name}, “{summary}” opened"
        page.evaluate("(fold) => { document.querySelector(fold).open = true }", fold)
        settle(page)
        wrong += scan(page, f"{opened}, light", fold)
        if page.evaluate(IS_CUT_OFF, fold):
            wrong.append(f"{opened}: beyond the screen")
        page.emulate_media(color_scheme="dark")
        wrong += scan(page, f"{opened}, dark", fold, runOnly=CONTRAST)
        page.emulate_media(color_scheme="light")
        wrong += scan_folds(page, opened, fold)
        page.evaluate("(fold) => { document.querySelector(fold).open = false }", fold)
    return wrong


def scan_at_every_width(page, name, within="html", *, widths=WIDTHS, has_colours=True, opens_folds=False, **options):
    """Violations on the page as it is now, at each width, in light and dark; restores the width and light afterwards.

    `within` selects the part to scan, which must be visible at every width. Without `has_colours`, rules about colors
    are left out. With `opens_folds`, folds are scanned too, as in the walk over all pages.
    """
    page.wait_for_load_state()
    page.evaluate(HOLD_TOASTS)
    if not has_colours:
        options["rules"] = {rule: {"enabled": False} for rule in CONTRAST}
    before, seen, wrong = page.viewport_size["width"], set(), []
    for width in sorted(widths, key=lambda width: width not in ENDS):
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
        if opens_folds and width in FOLDED_AT:
            wrong += scan_folds(page, at, within)
    resize(page, before)
    page.evaluate(LET_TOASTS_GO)
    return wrong
