"""Eduzz, webhooks, API."""

from helpdesk.teams.models import Team
from tests.browser.screenshots.camera import AFTER, DARK, DESKTOP, LAST, Shot
from tests.browser.screenshots.gestures import first, show_instead, steps
from tests.browser.screenshots.gestures import pages as gestures
from tests.browser.screenshots.other_teams import BRUNO, DAVI, quiet_team, team_in_setup
from tests.browser.screenshots.states import integrations as states
from tests.browser.screenshots.states import webhooks

DEMO_KEY, DEMO_SECRET, DEMO_TOKEN = (
    "chave-da-demonstracao",
    "whsec_segredo-da-demonstracao",
    "hdt_token-da-demonstracao",
)


def integrations(team: Team) -> list[Shot]:
    """Eduzz, webhooks, API."""
    source = team.sources.order_by("created_at")[0]
    return [
        Shot("eduzz", "The connection with Eduzz", DESKTOP, f"sources/{source.pk}/"),
        Shot("deliveries", "Events received from Eduzz", DESKTOP, f"sources/{source.pk}/deliveries/"),
        Shot(
            "delivery",
            "One event as it was received",
            DESKTOP,
            f"sources/{source.pk}/deliveries/",
            first("main .row-link"),
        ),
        Shot(
            "quarantine",
            "Signed with an unknown key",
            DESKTOP,
            lambda: states.hold_back(source),
            turn=LAST,
            restore=states.release(source),
        ),
        Shot(
            "new-key",
            "A new key, shown once",
            DESKTOP,
            lambda: team_in_setup("source"),
            steps(gestures.create_key, show_instead("#new-key", DEMO_KEY)),
            DAVI,
            AFTER,
        ),
        Shot("delete-source", "Before a connection is deleted", DESKTOP, f"sources/{source.pk}/delete/"),
        Shot("webhooks-empty", "No webhook yet", DESKTOP, lambda: quiet_team("integrations/"), person=BRUNO),
        Shot("webhooks", "A new webhook", DESKTOP, "integrations/new/"),
        Shot("webhook", "A webhook and its deliveries", DESKTOP, lambda: webhooks.log_of(team), turn=AFTER),
        Shot(
            "webhook-delivery-failed",
            "A delivery that failed",
            DESKTOP,
            lambda: webhooks.failed_delivery(team),
            turn=AFTER,
        ),
        Shot(
            "webhook-secret",
            "A new secret, shown once",
            DESKTOP,
            lambda: webhooks.log_of(team),
            steps(gestures.rotate_secret, show_instead("#new-secret", DEMO_SECRET)),
            turn=AFTER,
        ),
        Shot("api-tokens", "API tokens", DESKTOP, "tokens/"),
        Shot(
            "new-token",
            "A new token, shown once",
            DESKTOP,
            lambda: quiet_team("tokens/"),
            steps(gestures.create_token, show_instead("#new-token", DEMO_TOKEN)),
            BRUNO,
            AFTER,
        ),
        Shot("api-reference", "The API’s reference", DARK, "/api/v1/docs"),
    ]
