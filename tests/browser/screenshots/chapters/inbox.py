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
            "The list: who waits, how long, and what they did before",
            DESKTOP,
            "",
            steps(first(".row-link"), wait_for("#ticket h1")),
        ),
        Shot("inbox-wide", "On a wide screen: list, ticket, and the learner beside it", WIDE, asked),
        Shot("inbox-dark", "Several selected, dark mode", DARK, "", choose(5)),
        Shot("inbox-phone", "The list on a phone", PHONE, ""),
        Shot("inbox-phone-dark", "Several selected, on a phone", DARK_PHONE, "", choose(3)),
        Shot("inbox-filters", "Filters", DESKTOP, "", keys("f")),
        Shot("inbox-filters-more", "All filters", DESKTOP, "", more_filters),
        Shot("inbox-search", "Search results", DESKTOP, "?q=maria"),
        Shot("inbox-snippets", "A match in a text that rows do not show", DESKTOP, "?q=aluno.example"),
        Shot("inbox-nothing-found", "No results", DESKTOP, "?q=nada+assim"),
        Shot("inbox-menu", "The menu of a row", DESKTOP, "", keys("j", "m")),
        Shot("inbox-menu-phone", "The menu of a row, on a phone", PHONE, "", first(".row [data-key=m]")),
        Shot("inbox-menu-many", "Actions for the selected tickets", DESKTOP, "", gestures.open_menu("m")),
        Shot("inbox-snooze-many", "Snoozing the selected tickets", DARK, "", gestures.open_menu("s")),
        Shot(
            "inbox-menu-many-phone", "Actions for the selected tickets, on a phone", PHONE, "", gestures.open_menu("m")
        ),
        Shot("inbox-snoozed", "Snoozed tickets, and until when", DESKTOP, lambda: states.in_snoozed(team), turn=AFTER),
        Shot("inbox-done", "Resolved tickets", DESKTOP, "?status=done"),
        Shot("inbox-empty", "Nobody is waiting", DESKTOP, quiet_team, person=BRUNO),
        Shot("inbox-empty-phone", "Nobody is waiting, on a phone", DARK_PHONE, quiet_team, person=BRUNO),
        Shot("inbox-empty-view", "An empty view", DESKTOP, lambda: quiet_team("?assignee=me"), person=BRUNO),
        Shot("inbox-compact", "Compact rows", DESKTOP, states.in_compact_rows(JOAO), person=JOAO),
        Shot(
            "inbox-reader",
            "The list for a viewer, who only reads",
            DESKTOP,
            people.viewer_of(team, ""),
            person=people.VIEWER,
            turn=AFTER,
        ),
        Shot("inbox-ask-many", "A change of more than twenty asks first", DESKTOP, "", gestures.ask_many),
        Shot(
            "inbox-running",
            "A large change in progress",
            DESKTOP,
            busy_team,
            gestures.resolve_all_slowly,
            IRIS,
            restore=gestures.stop_and_undo,
        ),
        Shot(
            "inbox-refused",
            "What could not be changed, and why",
            DESKTOP,
            "",
            gestures.resolve_too_late(states.change_as_colleague(team)),
            turn=AFTER,
            restore=gestures.undo,
        ),
        Shot(
            "inbox-undo-many",
            "Five resolved, with undo",
            DESKTOP,
            "",
            gestures.resolve_many,
            turn=AFTER,
            restore=gestures.undo,
        ),
        Shot("inbox-new-requests", "New requests have come in", DESKTOP, "", states.be_asked(team), turn=AFTER),
        Shot(
            "inbox-banner",
            "A warning: requests cannot come in",
            DESKTOP,
            lambda: integrations.hold_back(source)[:0],
            turn=LAST,
            restore=release,
        ),
        Shot(
            "inbox-banner-phone",
            "The warning on a phone",
            DARK_PHONE,
            lambda: integrations.hold_back(source)[:0],
            turn=LAST,
            restore=release,
        ),
        Shot("saved-views", "Saved filters", DESKTOP, lambda: states.save_views(team), turn=AFTER),
        Shot(
            "save-view",
            "Saving filters under a name",
            DESKTOP,
            "?topic=download",
            steps(first(".save-view summary"), fill(name="Material não baixa")),
        ),
        Shot("menu-phone", "The menu on a phone", PHONE, "", first("#tab-bar summary")),
        Shot("palette", "The command palette finds pages, people and tickets", DESKTOP, "", keys("Control+k", '"mar"')),
        Shot(
            "palette-ticket",
            "… and acts on the open ticket",
            DESKTOP,
            states.path_of(states.quiet(team)),
            keys("Control+k"),
        ),
        Shot("keys", "Keyboard shortcuts", DESKTOP, "", keys("?")),
    ]
