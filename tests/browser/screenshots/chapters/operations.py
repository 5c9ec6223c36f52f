"""What the operator of the installation sees."""

from tests.browser.screenshots.camera import AFTER, DARK, DESKTOP, Shot
from tests.browser.screenshots.gestures.pages import hide_paths, to_permissions
from tests.browser.screenshots.other_teams import IRIS, team_of
from tests.browser.screenshots.states.people import OPERATOR, operator


def operations() -> list[Shot]:
    """The admin."""
    return [
        Shot("admin", "The admin", DESKTOP, operator("/admin/"), person=OPERATOR, turn=AFTER),
        Shot(
            "admin-sources",
            "The health of sources",
            DARK,
            operator("/admin/webhooks/source/"),
            person=OPERATOR,
            turn=AFTER,
        ),
        Shot(
            "doctor",
            "The doctor’s report",
            DESKTOP,
            operator("/admin/doctor/"),
            hide_paths,
            OPERATOR,
            AFTER,
        ),
        Shot(
            "admin-delete-team",
            "Before a team is deleted with all it holds",
            DESKTOP,
            lambda: operator(f"/admin/teams/team/{team_of(IRIS).pk}/delete/")(),
            person=OPERATOR,
            turn=AFTER,
        ),
        Shot(
            "admin-person",
            "A person’s permissions",
            DESKTOP,
            operator("/admin/teams/user/PERSON/change/"),
            to_permissions,
            OPERATOR,
            AFTER,
        ),
    ]
