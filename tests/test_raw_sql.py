"""Raw SQL is only in querysets, or in a module listed here, for the reasons given in docs/architecture.md."""

import re
from pathlib import Path

RAW = re.compile(r"\.cursor\(\)|\bRawSQL\(|objects\.raw\(|\.extra\(")
# Locks, settings of a transaction, sequences, notifications, and what the server says of itself: no rows of a model.
STATEMENTS = {
    "helpdesk/api/framework/idempotency.py",
    "helpdesk/audit/retention.py",
    "helpdesk/conversations/inbound/filing.py",
    "helpdesk/conversations/inbound/filing_rules.py",
    "helpdesk/courses/search.py",
    "helpdesk/inbox/search.py",
    "helpdesk/integrations/concurrency.py",
    "helpdesk/integrations/dispatcher.py",
    "helpdesk/operations/clock.py",
    "helpdesk/operations/doctor/database_checks.py",
    "helpdesk/operations/health.py",
    "helpdesk/operations/management/commands/migrate.py",
    "helpdesk/operations/wakeups.py",
    "helpdesk/privacy/erasing.py",
    "helpdesk/privacy/transaction_limits.py",
    "helpdesk/reports/summaries.py",
    "helpdesk/reports/team_figures.py",
    "helpdesk/teams/throttling.py",
    "helpdesk/tickets/ticket_numbers.py",
    "webhooks/source_updates.py",
    "webhooks/processing.py",
}
# Tables without a model of ours: those of the cache and of the job queue, and a column that the code no longer has.
OTHER_TABLES = {
    "helpdesk/operations/lost_workers.py",
    "helpdesk/operations/readings.py",
    "helpdesk/operations/tasks.py",
    "helpdesk/tickets/personal_data.py",
}
# One statement over several models, or one that was measured, which is what the module is there for.
MODULES_OF_ONE_STATEMENT = {
    "helpdesk/api/framework/authentication.py",
    "helpdesk/api/framework/limits.py",
    "helpdesk/audit/recording.py",
    "helpdesk/conversations/answers/finding.py",
    "helpdesk/conversations/guesses/counting.py",
    "helpdesk/demo/seeding.py",
    "helpdesk/inbox/snippets.py",
    "helpdesk/tickets/learner_context.py",
    "helpdesk/tickets/publishing.py",
    "helpdesk/ui/composed.py",
    "webhooks/claims.py",
    "webhooks/storage.py",
}


def test_raw_sql_is_only_in_querysets_and_listed_exceptions():
    modules = [path for room in ("helpdesk", "webhooks") for path in Path(room).rglob("*.py")]
    raw = {str(path) for path in modules if "migrations" not in path.parts and RAW.search(path.read_text())}
    elsewhere = {path for path in raw if not path.endswith("/querysets.py")}
    assert elsewhere == STATEMENTS | OTHER_TABLES | MODULES_OF_ONE_STATEMENT
