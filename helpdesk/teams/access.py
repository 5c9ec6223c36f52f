"""Finds a request's team, and checks what the person may do there: the one place for both."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import is_valid_path, reverse
from django.utils import timezone
from django_htmx.middleware import HtmxDetails

from helpdesk.teams.models import Membership, Team, User
from helpdesk.teams.reauthentication import is_required_in_admin, needs_reauthentication, redirect_to_reauthentication
from helpdesk.teams.roles import Permission
from helpdesk.teams.second_factors import lacks_second_factor, lead_to_set_up
from helpdesk.ui.composed import TEXT, ComposedQuery
from helpdesk.ui.interrupted import keep_form, referring_page

P = ParamSpec("P")


class TeamRequest(HttpRequest):
    """A request of a logged-in member, within one of their teams."""

    user: User
    team: Team
    membership: Membership
    htmx: HtmxDetails


TeamView = Callable[Concatenate[TeamRequest, P], HttpResponseBase]


def team_view(
    permission: Permission,
    *,
    to_change: Permission | None = None,
    is_background: bool = False,
    is_polled: bool = False,
) -> Callable[[TeamView[P]], Callable[..., HttpResponseBase]]:
    """A view under `/t/<team_slug>/` that needs `permission`, and `to_change` as well for anything but GET and HEAD.

    If the person does not belong to the team, the response is a 404, as if there were no such team; if their role
    lacks the permission, a 403. People who are not logged in are sent to the login, and then back to the page that they
    were on, which says what was not done. An htmx request gets a 401, so that the page keeps what was typed.
    `is_background` is for requests that a page sends by itself: these are not kept or mentioned. `is_polled` is for
    those that it repeats while it is open: these do not count as use of the session. Times are shown in the person's
    own zone, or else the team's.
    """

    def decorate(view: TeamView[P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def in_team(request: Any, team_slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return _to_login(request, reverse("inbox", args=[team_slug]), is_background=is_background)
            memberships = _MEMBERSHIP.objects(user=request.user.pk, slug=team_slug)
            if not memberships:
                raise Http404
            membership = memberships[0]
            if not membership.can(permission):
                raise PermissionDenied
            if to_change and request.method not in {"GET", "HEAD"} and not membership.can(to_change):
                raise PermissionDenied
            request.is_polled = is_polled
            if membership.lacks_second_factor:  # type: ignore[attr-defined] # with_lacks_second_factor() says so
                return lead_to_set_up(request, is_background=is_background or is_polled)
            request.team, request.membership = membership.team, membership
            membership.user = request.user
            with timezone.override(membership.zone):
                return view(request, *args, **kwargs)

        return in_team

    return decorate


_MEMBERSHIP = ComposedQuery(
    lambda user, slug=TEXT: (
        Membership.objects.select_related("team").with_lacks_second_factor().filter(user=user, team__slug=slug)
    )
)


def personal_view(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """A view for anybody who is logged in, outside of teams; others are sent to the login, as by `team_view`."""

    @wraps(view)
    def of_person(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_login(request, request.path)
        return view(request, *args, **kwargs)

    return of_person


def attach_only_team(request: Any) -> None:
    """Show a page that is about the person within the layout of their team, if they have exactly one.

    The layout shows the team's data, so people who still have to set up a second factor for the team do not get it.
    """
    if not request.user.is_authenticated:
        return
    memberships = list(
        Membership.objects.select_related("team").with_lacks_second_factor().filter(user=request.user)[:2]
    )
    if len(memberships) == 1 and not memberships[0].lacks_second_factor:  # type: ignore[attr-defined] # as above
        (request.membership,) = memberships
        request.team, request.membership.user = request.membership.team, request.user
        request.is_about_person = True


class LibraryPagesMiddleware(LoginRequiredMiddleware):
    """Makes pages of allauth and of the admin that need a login redirect to it as our own pages do.

    Both mark the views that need none. Admin pages ask for reauthentication when our own pages would.
    """

    def process_view(self, request: Any, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Check only these pages, and not the admin's logout.

        In the admin, people who lack a required second factor are led to set it up.
        """
        match = request.resolver_match
        is_of_allauth = match.route.startswith("accounts/")
        if is_of_allauth:
            attach_only_team(request)
        is_of_admin = match.route.startswith("admin/") and match.url_name != "logout"
        if is_of_admin and lacks_second_factor(request.user):
            return lead_to_set_up(request, is_background=False)
        if is_of_admin and request.user.is_staff and is_required_in_admin(request) and needs_reauthentication(request):
            return redirect_to_reauthentication(request)
        if is_of_allauth or is_of_admin:
            return super().process_view(request, view_func, view_args, view_kwargs)
        return None

    def handle_no_permission(self, request: Any, view_func: Any) -> Any:
        """Redirect to the login; a form is kept without its secrets, or a message says that it was lost."""
        return _to_login(request, request.path)


def _to_login(request: Any, default: str, *, is_background: bool = False) -> HttpResponseBase:
    is_change = request.method not in {"GET", "HEAD"}
    if is_change and not is_background:
        keep_form(request)
    if request.htmx:
        return HttpResponse(status=401)
    page = referring_page(request) or default if is_change else request.get_full_path()
    return redirect_to_login(page)


def form_address_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Redirect GET requests for a team's URLs that only accept forms to the page above.

    An invalid form is shown again at such a URL, so a browser may come back to it, also after a login.
    """

    def lead_up(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_refused = response.status_code == 405 and request.method in {"GET", "HEAD"}
        is_of_pages = request.path.startswith("/t/")
        if is_refused and is_of_pages and request.resolver_match and "team_slug" in request.resolver_match.kwargs:
            return HttpResponseRedirect(page_above(request.path))
        return response

    return lead_up


def page_above(path: str) -> str:
    """The nearest existing page above this path."""
    while (path := path.rstrip("/").rpartition("/")[0] + "/") and not is_valid_path(path):
        pass
    return path
