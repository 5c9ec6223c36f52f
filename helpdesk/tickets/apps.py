from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TicketsConfig(AppConfig):
    name = "helpdesk.tickets"
    label = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        """Register the publisher, the release of leavers' tickets, and the doctor's check."""
        from helpdesk.operations.doctor.findings import register_check
        from helpdesk.operations.worker_services import register_service
        from helpdesk.teams.leaving import register_release
        from helpdesk.tickets.actions import unassign_ineligible_assignees
        from helpdesk.tickets.actor import Actor
        from helpdesk.tickets.publishing import PUBLISHER

        register_service(PUBLISHER)
        register_release(lambda team, by: unassign_ineligible_assignees(Actor.person(by), team))
        register_check("helpdesk.tickets.doctor.check_subscribers")
