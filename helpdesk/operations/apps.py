from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

DOCTOR_CHECKS = [
    "machine_checks.check_settings",
    "database_checks.check_database",
    "database_checks.check_migrations",
    "database_checks.check_clock",
    "machine_checks.check_worker",
    "machine_checks.check_workers_files",
    "machine_checks.check_disk",
    "machine_checks.check_backups",
    "machine_checks.check_backup_programs",
    "network_checks.check_address",
    "policy_checks.check_policy_reports",
    "machine_checks.check_tracing",
]


class OperationsConfig(AppConfig):
    name = "helpdesk.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        """Give the probes threads of their own, so that a busy server is not taken for a dead one; have every worker
        take over jobs of lost workers; register metrics and checks.
        """
        from django.conf import settings

        from helpdesk.operations import lost_workers, readings
        from helpdesk.operations.doctor.findings import register_check
        from helpdesk.operations.error_reports import start_reporting
        from helpdesk.operations.lanes import Lane, register_lane
        from helpdesk.operations.policy_reports import views as policy_reports
        from helpdesk.operations.probes import VIEWS
        from helpdesk.operations.tracing import start_tracing
        from helpdesk.operations.worker_services import register_service

        if settings.SENTRY_DSN:
            start_reporting(settings.SENTRY_DSN)
        if settings.OTEL_EXPORTER_OTLP_ENDPOINT:
            start_tracing()
        register_service(lost_workers.SERVICE)
        readings.register_readings("database", readings.read_database)
        readings.register_readings("workers", readings.read_workers)
        for name in DOCTOR_CHECKS:
            register_check(f"helpdesk.operations.doctor.{name}")
        register_lane(policy_reports.LANE)
        # Separate lanes, so that /livez answers at once while the others wait for a frozen database.
        for name in VIEWS:
            register_lane(Lane(name, (f"/{name}",), max_body=0, statement_limit=2, threads=1))
