"""The learner's page, behind the links of tickets."""

from helpdesk.conversations.actions.ratings import rate_ticket
from helpdesk.conversations.learner_page.learner_links import address_of, create_link
from helpdesk.teams.models import Team
from helpdesk.tickets import actions
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.models import Ticket
from tests.browser.screenshots.states.people import owner

EXAMPLES = "@eduzz.com"  # the learners of Eduzz's own examples


def learner_pages(team: Team) -> dict[str, str]:
    """The learner's page in each of its states."""
    tickets = Ticket.objects.for_team(team)
    ana = Actor.person(owner(team).user)
    invented = tickets.exclude(learner__email__endswith=EXAMPLES).filter(merged_into=None).order_by("number")
    unknown = invented.unfinished().filter(question="", topic="")[0]
    talks, *told = invented.unfinished().exclude(question="")[:3]
    for ticket in told:
        actions.resolve_ticket(ticket, ana)
    resolved, rated = told
    rate_ticket(rated, Actor.learner(rated.learner), 3, "Muito rápido, obrigada!")
    found = {"asks": unknown, "talks": talks, "resolved": resolved, "rated": rated, "gone": resolved}
    addresses = {}
    for name, ticket in found.items():
        link, token = create_link(ticket)
        addresses[name] = address_of(token)
    link.expires_at = link.created_at
    link.save(update_fields=["expires_at"])
    return addresses
