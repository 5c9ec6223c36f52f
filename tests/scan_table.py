"""Which addresses give no page, and so are looked at by no scan; `tests/browser/test_axe_pages.py` walks all others.

Of the admin, whose pages are Django's, those with a template of ours are scanned; the API has one page, its reference,
at which `test_axe.py` looks.
"""

from collections.abc import Iterator

from django.urls import get_resolver

from tests.access_table import TABLE
from tests.addresses import OURS, patterns

FILE, PART, DATA, ELSEWHERE = "a file", "a part of a page", "for programs", "leads elsewhere"
NO_PAGES = {
    **dict.fromkeys(
        [
            "affected_csv",
            "attachment_file",
            "audit_csv",
            "download_export",
            "login_csv",
            "raw_email",
            "raw_email_file",
            "read_csv",
            "report_csv",
            "sent_email_file",
        ],
        FILE,
    ),
    **dict.fromkeys(
        [
            "connection",
            "count_open_tickets",
            "earlier_timeline",
            "find_tags",
            "inbox_rows",
            "inbox_updates",
            "autocomplete_canned_replies",
            "autocomplete_people",
            "suggest_learners",
            "suggest_tags",
            "ticket_menu",
        ],
        PART,
    ),
    **dict.fromkeys(
        ["healthz", "intake", "livez", "manifest", "metrics", "push", "readyz", "service_worker"],
        DATA,
    ),
    **dict.fromkeys(["attachment", "email_of_message", "home", "learner_file", "palette", "test_call"], ELSEWHERE),
}
# Of what allauth has beside its pages.
NO_ACCOUNT_PAGES = {
    "mfa_download_recovery_codes": FILE,
    "account_confirm_login_code": ELSEWHERE,  # nobody logs in by a code
    "openid_connect_callback": ELSEWHERE,
    "openid_connect_login": ELSEWHERE,
    "socialaccount_signup": ELSEWHERE,  # nobody signs up
    "sso_reauthenticate": ELSEWHERE,
}
# A page for each of our templates of the admin; what all of them have is looked at in a list.
ADMIN_PAGES = {
    "base_site.html": "admin:teams_team_changelist",
    "doctor.html": "doctor",
    "index.html": "admin:index",
    "policy_violations.html": "policy_violations",
    "teams/team/delete_confirmation.html": "admin:teams_team_delete",
}


def pages() -> Iterator[str]:
    """The name of each page of ours."""
    read = {name for name, method in TABLE if method == "get"}
    return (str(pattern.name) for _route, pattern in OURS if pattern.name in read - NO_PAGES.keys())


def all_account_names() -> set[str]:
    """The name of each address about one's account, which are allauth's, whose pages have our templates."""
    found = {pattern.name for route, pattern in patterns(get_resolver()) if route.startswith("accounts/")}
    return {name for name in found if name}


def account_pages() -> set[str]:
    """The names of those that are pages."""
    return all_account_names() - NO_ACCOUNT_PAGES.keys()
