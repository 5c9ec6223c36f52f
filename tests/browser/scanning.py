"""What axe finds wrong with a page, at every width that people have and in both schemes of colours.

What is folded away is looked at as well: each fold is opened by itself, of those that are alike one.
"""

from collections import defaultdict

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

# A toast stays for as long as it is looked at.
HOLD_TOASTS = "for (const each of document.getAnimations()) if (each.animationName === 'time-left') each.pause()"
LET_TOASTS_GO = HOLD_TOASTS.replace("pause", "play")

# A colour on its way to another is none that is looked at. What keeps to the lower edge half covers what is scrolled
# behind it, which axe takes for too small a target: while it is asked, that stands where it does when all is scrolled.
# So is one that comes or goes, and that of a button while its request is on: what soon ends is waited for, or ended.
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

FOLDED_AT = (320, 768, 1280)  # between these nothing changes how a fold opens
# The first of each kind that is shown; of a kind are those of the same elements and classes. One within another has its
# turn once that is open.
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
SEEN_FOLDS: dict[int, list[str]] = defaultdict(list)  # the kinds that were looked at in this test, by width


def scan(page, name, within="html", **options):
    """What axe finds wrong with this page, or what is within a part of it, and whether it is wider than the screen."""
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
    """Make the window so wide, and wait until what the page fetches for it is there."""
    page.set_viewport_size({"width": width, "height": page.viewport_size["height"]})
    settle(page)


def settle(page):
    """Wait until what the page fetches for what is shown now is there; a file that goes up is nothing of that."""
    page.evaluate(NEXT_FRAME)
    until(page, "!document.querySelector('.htmx-request:not([data-attach]), .htmx-swapping, .htmx-settling')")


def scan_folds(page, name, within):
    """What is wrong with what is folded away here at this width, light or dark; all is closed again then."""
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
    """What is wrong with the page as it is now at any width, light or dark; it is as wide as before and light then.

    `within` selects what is looked at, which is to be seen at every width; without colours, for all else than these.
    With `opens_folds`, what is folded away as well, as the walk over all pages has it.
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
