"""The addresses that show no page, and so are not scanned; `tests/browser/test_axe_pages.py` walks all others.

Of the admin, whose pages are Django's, only those with our own templates are scanned. The API has one page, its
reference, which `test_axe.py` scans.
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
# allauth's addresses that show no page of ours.
NO_ACCOUNT_PAGES = {
    "mfa_download_recovery_codes": FILE,
    "account_confirm_login_code": ELSEWHERE,  # logging in by code is off
    "openid_connect_callback": ELSEWHERE,
    "openid_connect_login": ELSEWHERE,
    "socialaccount_signup": ELSEWHERE,  # signing up is off
    "sso_reauthenticate": ELSEWHERE,
}
# A page for each of our admin templates; what they share is scanned in a list.
ADMIN_PAGES = {
    "base_site.html": "admin:teams_team_changelist",
    "doctor.html": "doctor",
    "index.html": "admin:index",
    "policy_violations.html": "policy_violations",
    "teams/team/delete_confirmation.html": "admin:teams_team_delete",
}


def pages() -> Iterator[str]:
    """The name of each of our pages."""
    read = {name for name, method in TABLE if method == "get"}
    return (str(pattern.name) for _route, pattern in OURS if pattern.name in read - NO_PAGES.keys())


def all_account_names() -> set[str]:
    """The names of all addresses about one's account; they are allauth's, with our templates."""
    found = {pattern.name for route, pattern in patterns(get_resolver()) if route.startswith("accounts/")}
    return {name for name in found if name}


def account_pages() -> set[str]:
    """Those of them that are pages."""
    return all_account_names() - NO_ACCOUNT_PAGES.keys()
