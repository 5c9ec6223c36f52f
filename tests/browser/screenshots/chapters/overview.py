"""Pages other than single tickets."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import DARK, DESKTOP, PHONE, WIDE, Shot
from tests.browser.screenshots.gestures import first, settle, steps
from tests.browser.screenshots.other_teams import IRIS, busiest_lesson, busy_team
from tests.browser.screenshots.states import tickets as states


def overview(team: Team) -> list[Shot]:
    """Pages other than single tickets."""
    asked = states.asked(team)[0]
    tag, other = team.tags.order_by("name")[:2]
    return [
        Shot("reports", "Reports", DESKTOP, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-dark", "Reports, dark mode", DARK, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-phone", "Reports on a phone", PHONE, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-wide", "Reports on a wide screen", WIDE, lambda: busy_team("reports/"), person=IRIS),
        Shot("reports-empty", "Reports without tickets", DESKTOP, "reports/?first=2020-01-01&last=2020-01-02"),
        Shot("courses", "Courses", DESKTOP, lambda: busy_team("courses/"), person=IRIS),
        Shot(
            "course",
            "A course",
            DESKTOP,
            lambda: busy_team("courses/"),
            steps(first("main .table a, main li a, main a.link"), settle),
            IRIS,
        ),
        Shot("lesson", "A lesson", DESKTOP, busiest_lesson, person=IRIS),
        Shot(
            "lesson-resolve-all",
            "Resolving all tickets of a lesson",
            DESKTOP,
            busiest_lesson,
            first(".change-all summary"),
            IRIS,
        ),
        Shot("learners", "Learners", DESKTOP, "learners/"),
        Shot("learner", "A learner", DESKTOP, f"learners/{asked.learner_id}/"),
        Shot("tags", "Tags", DESKTOP, "tags/"),
        Shot("tag", "A tag", DESKTOP, f"tags/{tag.pk}/"),
        Shot("merge-tag", "Merging two tags", DESKTOP, f"tags/{tag.pk}/merge/?into={other.pk}"),
        Shot("delete-tag", "Deleting a tag", DESKTOP, f"tags/{tag.pk}/delete/"),
        Shot("new-ticket", "A ticket opened by hand", DESKTOP, "tickets/new/"),
    ]
