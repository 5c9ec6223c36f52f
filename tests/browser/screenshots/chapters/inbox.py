"""The list of tickets."""

from helpdesk.demo.management.commands.demo import AGENTS
from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK, DARK_PHONE, DESKTOP, LAST, PHONE, WIDE, Shot
from tests.browser.screenshots.gestures import fill, first, keys, settle, steps, wait_for
from tests.browser.screenshots.gestures import tickets as gestures
from tests.browser.screenshots.gestures.tickets import choose
from tests.browser.screenshots.other_teams import BRUNO, IRIS, busy_team, quiet_team
from tests.browser.screenshots.states import integrations, people
from tests.browser.screenshots.states import tickets as states

JOAO = AGENTS[0][1]


def inbox(team: Team) -> list[Shot]:
    """The list of tickets."""
    source = team.sources.order_by("created_at")[0]
    release = integrations.release(source)
    asked = states.path_of(states.asked(team)[0])
    more_filters = steps(keys("f"), settle, first(".filter-more summary"))
    return [
        Shot(
            "inbox",
            "Who waits, since when, what they did before",
            DESKTOP,
            "",
            steps(first(".row-link"), wait_for("#ticket h1")),
        ),
        Shot("inbox-wide", "List, ticket and what is around it", WIDE, asked),
        Shot("inbox-dark", "Many at once", DARK, "", choose(5)),
        Shot("inbox-phone", "On a phone", PHONE, ""),
        Shot("inbox-phone-dark", "Many at once, on a phone", DARK_PHONE, "", choose(3)),
        Shot("inbox-filters", "Filters", DESKTOP, "", keys("f")),
        Shot("inbox-filters-more", "All that one can filter by", DESKTOP, "", more_filters),
        Shot("inbox-search", "A search", DESKTOP, "?q=maria"),
        Shot("inbox-snippets", "What a search found where no row shows it", DESKTOP, "?q=aluno.example"),
        Shot("inbox-nothing-found", "Nothing found", DESKTOP, "?q=nada+assim"),
        Shot("inbox-menu", "What can become of a row", DESKTOP, "", keys("j", "m")),
        Shot("inbox-menu-phone", "The same on a phone", PHONE, "", first(".row [data-key=m]")),
        Shot("inbox-menu-many", "What can become of several", DESKTOP, "", gestures.open_menu("m")),
        Shot("inbox-snooze-many", "Until when several sleep", DARK, "", gestures.open_menu("s")),
        Shot("inbox-menu-many-phone", "What can become of several, on a phone", PHONE, "", gestures.open_menu("m")),
        Shot("inbox-snoozed", "What sleeps, and until when", DESKTOP, lambda: states.in_snoozed(team), turn=AFTER),
        Shot("inbox-done", "What is resolved", DESKTOP, "?status=done"),
        Shot("inbox-empty", "Nobody waits", DESKTOP, quiet_team, person=BRUNO),
        Shot("inbox-empty-phone", "Nobody waits, on a phone", DARK_PHONE, quiet_team, person=BRUNO),
        Shot(
            "inbox-empty-view", "A view with nothing in it", DESKTOP, lambda: quiet_team("?assignee=me"), person=BRUNO
        ),
        Shot("inbox-compact", "Lower rows, for who prefers them", DESKTOP, states.in_compact_rows(JOAO), person=JOAO),
        Shot(
            "inbox-reader", "For who only reads", DESKTOP, people.viewer_of(team, ""), person=people.VIEWER, turn=AFTER
        ),
        Shot("inbox-ask-many", "More than twenty: a question first", DESKTOP, "", gestures.ask_many),
        Shot(
            "inbox-running",
            "A large change goes on",
            DESKTOP,
            busy_team,
            gestures.resolve_all_slowly,
            IRIS,
            restore=gestures.let_go,
        ),
        Shot("inbox-refused", "What could not be done, and why", DESKTOP, "", gestures.merge_many),
        Shot(
            "inbox-undo-many",
            "Five resolved, with their undo",
            DESKTOP,
            "",
            gestures.resolve_many,
            turn=AFTER,
            restore=gestures.undo,
        ),
        Shot("inbox-new-requests", "New requests while one looks", DESKTOP, "", states.be_asked(team), turn=AFTER),
        Shot(
            "inbox-banner",
            "Something keeps requests from coming in",
            DESKTOP,
            lambda: integrations.hold_back(source)[:0],
            turn=LAST,
            restore=release,
        ),
        Shot(
            "inbox-banner-phone",
            "The same on a phone",
            DARK_PHONE,
            lambda: integrations.hold_back(source)[:0],
            turn=LAST,
            restore=release,
        ),
        Shot("saved-views", "Saved filters", DESKTOP, lambda: states.save_views(team), turn=AFTER),
        Shot(
            "save-view",
            "Keeping a question under a name",
            DESKTOP,
            "?topic=download",
            steps(first(".save-view summary"), fill(name="Material não baixa")),
        ),
        Shot("menu-phone", "All pages, on a phone", PHONE, "", first("#tab-bar summary")),
        Shot("palette", "The palette finds anything", DESKTOP, "", keys("Control+k", '"mar"')),
        Shot("palette-ticket", "… and does anything", DESKTOP, states.path_of(states.quiet(team)), keys("Control+k")),
        Shot("keys", "Every key", DESKTOP, "", keys("?")),
    ]
