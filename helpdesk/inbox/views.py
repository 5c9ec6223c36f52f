"""The inbox: the list of tickets, its pages and its updates."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh, trigger_client_event

from helpdesk.bulk.results import ASK_ABOVE
from helpdesk.inbox.arrivals import arrived_since
from helpdesk.inbox.counts import capped, count_as_urgent
from helpdesk.inbox.filters import TicketFilter
from helpdesk.inbox.filters.chips import chips_of
from helpdesk.inbox.filters.pager import PAGE_SIZE, Page, count_found, page_of
from helpdesk.inbox.forms import SavedViewForm
from helpdesk.inbox.groups import Group, groups_of, new_group
from helpdesk.inbox.menus import menu_choices
from helpdesk.inbox.rows import Listing, rows_of
from helpdesk.inbox.sidebar import count_views
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets.changes import ASSIGNEE, SNOOZE
from helpdesk.tickets.learner_context import contexts_of
from helpdesk.tickets.models import Ticket, TicketEvent
from helpdesk.ui.whole_numbers import whole_number

MOST_ROWS = 500
JUST_WRITTEN = timedelta(seconds=10)  # longer than the interval at which lists are polled
MOST_REFRESHED = 40  # rows per poll
SHOWN_ROW = re.compile(r"(\d{1,9})-([0-9]?)")
# Templates by the target of the htmx request; all others get the whole page.
PARTS = {"more": "inbox/_rows.html", "list-pane": "inbox/_list.html", "filter-panel": "inbox/_filter_panel.html"}


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def inbox(request: TeamRequest) -> HttpResponse:
    """The team's tickets, filtered by the query string; browsers must not cache it."""
    ticket_filter = TicketFilter(request.GET, request.team, request.user)
    template = PARTS.get(request.htmx.target or "", "inbox/inbox.html") if request.htmx else "inbox/inbox.html"
    if template == PARTS["filter-panel"]:
        return render(request, template, {"filter": ticket_filter, "has_panel": True})
    context = _list_of(request, ticket_filter)
    if template != PARTS["more"]:
        is_bare = not (context["groups"] or request.GET)
        context |= _around_list(request, ticket_filter, is_bare=is_bare)
    return render(request, template, context)


def _list_of(request: TeamRequest, ticket_filter: TicketFilter) -> dict[str, Any]:
    """The rows of a page; those that arrived after the query's `since` come first, and are not repeated."""
    page = page_of(ticket_filter, _page_size(request))
    is_first = "after" not in request.GET
    arrived = list(arrived_since(ticket_filter, request.GET.get("since", "")).with_row_relations())
    return {
        "page": page,
        "groups": _groups_of_page(ticket_filter, page, arrived, is_first=is_first),
        "since": request.GET["since"] if arrived else "",
        "count": _count_of(request, ticket_filter, page) if is_first else "",
        "filter": ticket_filter,
        "list_query": ticket_filter.query(),
        "in_query": ticket_filter.in_query,
        "can_change": request.membership.can(Permission.TICKET_CHANGE),
    }


def _groups_of_page(ticket_filter: TicketFilter, page: Page, arrived: list[Ticket], *, is_first: bool) -> list[Group]:
    """The page's other tickets in groups; on the first page, those that arrived are a group above them."""
    tickets = [ticket for ticket in page.tickets if ticket not in arrived]
    goes_on = ticket_filter.is_queue and bool(page.next_query and tickets)
    last_count = _count_of_last_group(ticket_filter, tickets[-1], arrived) if goes_on else ""
    contexts, listing = contexts_of(tickets + arrived), _listing_of(ticket_filter)
    groups = groups_of(tickets, contexts, listing, by_urgency=ticket_filter.is_queue, last_count=last_count)
    if arrived and is_first:
        groups.insert(0, new_group(rows_of(arrived, contexts, listing, group_numbers={})))
    return groups


def _count_of_last_group(ticket_filter: TicketFilter, last: Ticket, arrived: list[Ticket]) -> str:
    """How many tickets are in the group of the page's last ticket, on this page and others, besides those arrived."""
    others = ticket_filter.tickets
    if arrived:
        others = others.exclude(pk__in=[ticket.pk for ticket in arrived])
    return count_as_urgent(others, last)


def _listing_of(ticket_filter: TicketFilter) -> Listing:
    return Listing(ticket_filter.team, ticket_filter.course_labels, ticket_filter.words_to_mark, ticket_filter.state)


def _around_list(request: TeamRequest, ticket_filter: TicketFilter, *, is_bare: bool) -> dict[str, Any]:
    """The context for the page around the rows."""
    is_fresh = is_bare and not Ticket.objects.for_team(request.team).exists()
    chips = chips_of(ticket_filter)
    offered = dict(menu_choices(request.membership))
    return {
        "nav": ticket_filter.nav,
        "chips": chips,
        "is_fresh": is_fresh,
        "newest": Ticket.objects.latest_pk(),
        "menu_choices": offered.items(),
        "assignees": offered.get(ASSIGNEE, []),
        "presets": offered.get(SNOOZE, []),
        "ask_above": ASK_ABOVE,
        "save_form": SavedViewForm() if chips else None,
        "has_panel": bool(ticket_filter.errors) or "panel" in request.GET,
    }


def _count_of(request: TeamRequest, ticket_filter: TicketFilter, page: Page) -> str:
    """How many tickets match, counted no further than a person needs to know."""
    if page.found is not None:
        return capped(page.found)
    return _count_now(request, ticket_filter) if page.next_query else capped(len(page.tickets))


def _count_now(request: TeamRequest, ticket_filter: TicketFilter) -> str:
    """The number of tickets as shown, counted now; for a built-in view, the number in the sidebar."""
    if ticket_filter.sidebar_item:
        return count_views(request.membership)[ticket_filter.sidebar_item.name]
    return count_found(ticket_filter)


def _page_size(request: Any) -> int:
    """How many rows to show: as many as the list already `shown` had, from PAGE_SIZE, the default, to MOST_ROWS."""
    shown = whole_number(request.GET.get("shown", ""), 9_999)
    return min(MOST_ROWS, max(PAGE_SIZE, shown or 0))


@never_cache
@require_safe
@team_view(Permission.TICKET_VIEW)
def inbox_rows(request: TeamRequest) -> HttpResponse:
    """The current rows of a list, and its counts; rows that no longer match stay, marked as handled.

    `rows` names them as "number-group,…", with the number of the group that they are in.
    """
    ticket_filter = TicketFilter(request.GET, request.team, request.user)
    matches = [SHOWN_ROW.fullmatch(text) for text in request.GET.get("rows", "").split(",")[:MOST_ROWS]]
    group_numbers = {int(match[1]): int(match[2] or -1) for match in matches if match}
    tickets = list(Ticket.objects.for_team(request.team).filter(number__in=group_numbers).with_row_relations())
    shown = set(ticket_filter.tickets.filter(number__in=group_numbers).values_list("number", flat=True))
    contexts, listing = contexts_of(tickets), _listing_of(ticket_filter)
    rows = rows_of(tickets, contexts, listing, group_numbers=group_numbers, shown=shown)
    context = {
        "rows": rows,
        "list_count": _count_now(request, ticket_filter),
        "view_counts": count_views(request.membership),
        "in_query": ticket_filter.in_query,
        "can_change": request.membership.can(Permission.TICKET_CHANGE),
    }
    return render(request, "inbox/_changed_rows.html", context)


@require_safe
@team_view(Permission.TICKET_VIEW, is_polled=True)
def inbox_updates(request: TeamRequest) -> HttpResponse:
    """How many help requests arrived since the list was shown, and the counts of the built-in views and of the list.

    An event refreshes the rows of tickets on which learners have just written. The page of a team without tickets,
    which sends `fresh`, is reloaded when there is a first one, because it has no list yet.
    """
    if "fresh" in request.GET and Ticket.objects.for_team(request.team).exists():
        return HttpResponseClientRefresh()
    ticket_filter = TicketFilter(request.GET, request.team, request.user)
    since = request.GET.get("newest", "")
    context = {
        "count": arrived_since(ticket_filter, since).count(),
        "since": since,
        "list_query": ticket_filter.query(),
        "list_count": _count_now(request, ticket_filter)
        if ticket_filter.sidebar_item and "fresh" not in request.GET
        else "",
        "view_counts": count_views(request.membership),
    }
    response = render(request, "inbox/_updates.html", context)
    then = timezone.now() - JUST_WRITTEN
    # Writing counts as activity, whose time has an index.
    just_active = Ticket.objects.for_team(request.team).filter(last_activity_at__gt=then)
    # The time of the event, not of the message: an e-mail may have arrived before it was filed.
    written = TicketEvent.objects.filter(ticket=OuterRef("pk"), kind=TicketEvent.Kind.LEARNER_WROTE)
    just_written = just_active.filter(Exists(written.filter(created_at__gt=then)))
    if numbers := list(just_written.values_list("number", flat=True)[:MOST_REFRESHED]):
        trigger_client_event(response, "list-changed", {"tickets": numbers})
    return response
