from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "helpdesk.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        """Give the probes a thread of their own, so that a busy server is not taken for a dead one; have every worker
        look after the jobs of those that are gone.
        """
        from helpdesk.operations import lost_workers
        from helpdesk.operations.health import VIEWS
        from helpdesk.operations.lanes import Lane, register_lane
        from helpdesk.operations.services import register_service

        register_service(lost_workers.SERVICE)
        # Each its own: whether a process lives is told at once, while the others wait for a database that is frozen.
        for name in VIEWS:
            register_lane(Lane(name, (f"/{name}",), max_body=0, statement_limit=2, threads=1))
