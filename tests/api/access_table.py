"""What each credential gets for every URL and method of the API."""

CREDENTIALS = [
    "nobody",
    "expired token",
    "revoked token",
    "token that reads",
    "token that writes",
    "token for both",
    "stranger's token",
    "outsider",
    "viewer",
    "agent",
    "manager",
    "owner",
]
# Columns as in CREDENTIALS, cells the status of a valid request.
READ_BY_ALL = (401, 401, 401, 200, 403, 200, 404, 404, 200, 200, 200, 200)
READ_BY_MANAGERS = (401, 401, 401, 200, 403, 200, 404, 404, 403, 403, 200, 200)
WRITTEN_BY_AGENTS = (401, 401, 401, 403, 200, 200, 404, 404, 403, 200, 200, 200)
WRITTEN_BY_MANAGERS = (401, 401, 401, 403, 200, 200, 404, 404, 403, 403, 200, 200)
# Things in one's own team, which a stranger and an outsider have too.
OWN_READ_BY_ALL = (401, 401, 401, 200, 403, 200, 200, 200, 200, 200, 200, 200)
OWN_READ_BY_MANAGERS = (401, 401, 401, 200, 403, 200, 200, 200, 403, 403, 200, 200)


def of(row, ok):
    """The row, with `ok` in place of each 200."""
    return tuple(ok if code == 200 else code for code in row)


def own(row, ok):
    """The row of something that everybody creates in their own team."""
    return tuple(ok if code in {200, 404} else code for code in row)


TABLE = {
    ("api_tickets", "get"): OWN_READ_BY_ALL,
    ("api_tickets", "post"): own(WRITTEN_BY_AGENTS, 201),
    ("api_ticket_changes", "get"): OWN_READ_BY_ALL,
    ("api_bulk", "post"): own(WRITTEN_BY_AGENTS, 200),
    ("api_bulk_change", "get"): WRITTEN_BY_AGENTS,
    ("api_bulk_undo", "post"): WRITTEN_BY_AGENTS,
    ("api_ticket", "get"): READ_BY_ALL,
    ("api_ticket", "patch"): WRITTEN_BY_AGENTS,
    ("api_assignment", "put"): WRITTEN_BY_AGENTS,
    ("api_assignment", "delete"): WRITTEN_BY_AGENTS,
    ("api_resolution", "put"): WRITTEN_BY_AGENTS,
    ("api_resolution", "delete"): WRITTEN_BY_AGENTS,
    ("api_snooze", "put"): WRITTEN_BY_AGENTS,
    ("api_snooze", "delete"): WRITTEN_BY_AGENTS,
    ("api_tags_of_ticket", "post"): WRITTEN_BY_AGENTS,
    ("api_tag_of_ticket", "delete"): WRITTEN_BY_AGENTS,
    ("api_merge", "put"): WRITTEN_BY_AGENTS,
    ("api_merge", "delete"): WRITTEN_BY_AGENTS,
    ("api_events", "get"): READ_BY_ALL,
    ("api_messages", "get"): READ_BY_ALL,
    ("api_messages", "post"): of(WRITTEN_BY_AGENTS, 201),
    ("api_message", "get"): READ_BY_ALL,
    # Refused for others than its author, even if they may reply; and only failed messages can be retried.
    ("api_cancel_message", "post"): of(WRITTEN_BY_AGENTS, 409),
    ("api_retry_message", "post"): WRITTEN_BY_AGENTS,
    # The raw message contains the learner's link, with which one can write as the learner.
    ("api_message_raw", "get"): WRITTEN_BY_AGENTS,
    ("api_notes", "get"): READ_BY_ALL,
    ("api_notes", "post"): of(WRITTEN_BY_AGENTS, 201),
    # Drafts are personal: the owner of the tokens has one, the others have none.
    ("api_draft", "get"): (401, 401, 401, 403, 200, 200, 404, 404, 403, 404, 404, 404),
    ("api_draft", "put"): WRITTEN_BY_AGENTS,
    ("api_draft", "delete"): (401, 401, 401, 403, 204, 204, 404, 404, 403, 404, 404, 404),
    ("api_question", "put"): WRITTEN_BY_AGENTS,
    ("api_ratings", "get"): READ_BY_ALL,
    ("api_attachments", "get"): READ_BY_ALL,
    # In a team without that ticket it is a conflict.
    ("api_upload", "post"): (401, 401, 401, 403, 201, 201, 409, 409, 403, 201, 201, 201),
    ("api_learner_links", "get"): (401, 401, 401, 403, 200, 200, 404, 404, 403, 200, 200, 200),
    ("api_learner_links", "post"): of(WRITTEN_BY_AGENTS, 201),
    ("api_learner_link", "delete"): of(WRITTEN_BY_AGENTS, 204),
    ("api_inbound_emails", "get"): OWN_READ_BY_ALL,
    ("api_inbound_email", "get"): READ_BY_ALL,
    ("api_inbound_decision", "put"): WRITTEN_BY_AGENTS,
    ("api_inbound_decision", "delete"): WRITTEN_BY_AGENTS,
    ("api_inbound_reply", "put"): WRITTEN_BY_AGENTS,
    ("api_inbound_reply", "delete"): of(WRITTEN_BY_AGENTS, 409),
    ("api_ignored_emails", "post"): own(WRITTEN_BY_AGENTS, 201),
    ("api_ignored_emails_undo", "delete"): of(WRITTEN_BY_AGENTS, 204),
    ("api_ignored_senders", "get"): OWN_READ_BY_ALL,
    ("api_ignored_senders", "post"): own(WRITTEN_BY_AGENTS, 201),
    ("api_ignored_sender", "get"): READ_BY_ALL,
    ("api_ignored_sender", "delete"): of(WRITTEN_BY_AGENTS, 204),
    ("api_suppressed_addresses", "get"): own(WRITTEN_BY_MANAGERS, 200),
    ("api_suppressed_addresses", "post"): own(WRITTEN_BY_MANAGERS, 201),
    ("api_suppressed_address", "get"): WRITTEN_BY_MANAGERS,
    ("api_suppressed_address", "delete"): of(WRITTEN_BY_MANAGERS, 204),
    ("api_tags", "get"): OWN_READ_BY_ALL,
    ("api_canned_replies", "get"): OWN_READ_BY_ALL,
    ("api_canned_replies", "post"): own(WRITTEN_BY_AGENTS, 201),
    ("api_canned_reply", "get"): READ_BY_ALL,
    ("api_canned_reply", "patch"): WRITTEN_BY_AGENTS,
    ("api_canned_reply", "delete"): of(WRITTEN_BY_AGENTS, 204),
    ("api_first_replies", "get"): OWN_READ_BY_ALL,
    ("api_first_replies", "post"): own(WRITTEN_BY_MANAGERS, 201),
    ("api_first_reply", "get"): READ_BY_ALL,
    ("api_first_reply", "patch"): WRITTEN_BY_MANAGERS,
    ("api_first_reply", "delete"): of(WRITTEN_BY_MANAGERS, 204),
    # It shows the ticket's learner, whom a write-only token may not read.
    ("api_first_reply_preview", "post"): (401, 401, 401, 403, 403, 200, 200, 200, 403, 403, 200, 200),
    ("api_question_requests", "get"): READ_BY_ALL,
    ("api_question_requests", "post"): of(WRITTEN_BY_AGENTS, 201),
    ("api_saved_views", "get"): OWN_READ_BY_ALL,
    # Everybody may keep views, except tokens that only read or that cannot read what they would keep.
    ("api_saved_views", "post"): (401, 401, 401, 403, 403, 201, 409, 201, 201, 201, 201, 201),
    ("api_saved_view", "get"): READ_BY_ALL,
    ("api_saved_view", "patch"): (401, 401, 401, 403, 403, 200, 404, 404, 404, 404, 200, 200),
    ("api_saved_view", "delete"): (401, 401, 401, 403, 403, 204, 404, 404, 404, 404, 204, 204),
    ("api_learners", "get"): OWN_READ_BY_ALL,
    ("api_learner", "get"): READ_BY_ALL,
    ("api_learner", "patch"): WRITTEN_BY_AGENTS,
    ("api_activities", "get"): READ_BY_ALL,
    ("api_courses", "get"): OWN_READ_BY_ALL,
    ("api_course", "get"): READ_BY_ALL,
    ("api_lessons", "get"): OWN_READ_BY_ALL,
    ("api_lesson", "get"): READ_BY_ALL,
    ("api_producers", "get"): OWN_READ_BY_ALL,
    ("api_producer", "get"): READ_BY_ALL,
    ("api_team", "get"): OWN_READ_BY_ALL,
    ("api_members", "get"): OWN_READ_BY_ALL,
    ("api_member", "get"): READ_BY_ALL,
    ("api_sources", "get"): OWN_READ_BY_MANAGERS,
    ("api_source", "get"): READ_BY_MANAGERS,
    ("api_deliveries", "get"): READ_BY_MANAGERS,
    ("api_delivery", "get"): READ_BY_MANAGERS,
    ("api_replay", "post"): WRITTEN_BY_MANAGERS,
    **{
        (f"api_report_{name}", "get"): OWN_READ_BY_ALL
        for name in (
            "summary",
            "days",
            "times",
            "courses",
            "lessons",
            "tags",
            "backlog",
            "members",
            "hours",
            "questions",
            "first_replies",
            "topics",
            "lesson_topics",
            "ratings",
        )
    },
    ("api_schema", "get"): (200,) * len(CREDENTIALS),
    ("api_docs", "get"): (200,) * len(CREDENTIALS),
    ("api_not_found", "get"): (404,) * len(CREDENTIALS),
}
OPEN = {"api_schema", "api_docs", "api_not_found"}
