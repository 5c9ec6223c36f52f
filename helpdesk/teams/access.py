"""How a request finds its team, and what the person may do there: the one place for both."""

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
from helpdesk.ui.interrupted import keep_form, page_of

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

    A team that the person does not belong to is a 404, as if it were not there; a role that lacks the permission is
    a 403. Whoever is not logged in is sent to the login, and from there back to the page that they were on, where they
    are told what was not done; a part of a page gets a 401, so that the page with what was typed stays. What a page
    sends by itself, `is_background`, is not told. What it asks again and again while it is open, `is_polled`, is no use
    of the session. Times show in the team's zone.
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
    """A view of whoever is logged in, outside of any team; others are sent to the login as a team's views do it."""

    @wraps(view)
    def of_person(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return _to_login(request, request.path)
        return view(request, *args, **kwargs)

    return of_person


def attach_only_team(request: Any) -> None:
    """Have a page that is about the person stand in the frame of their team, where they have one alone.

    That shows what is in the team, so it is not for whoever has yet to set up the second factor that it asks for.
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
    """Have the pages of allauth and of the admin that need a login send others there as our own do it.

    Both mark those that need none. Those of the admin ask once more who it is where the product's own pages would.
    """

    def process_view(self, request: Any, view_func: Any, view_args: Any, view_kwargs: Any) -> Any:
        """Look at these alone, and not at the admin's logging out.

        Of the admin, whoever lacks a second factor is led to set it up.
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
        """What was sent is kept or told, but for secrets."""
        return _to_login(request, request.path)


def _to_login(request: Any, default: str, *, is_background: bool = False) -> HttpResponseBase:
    is_change = request.method not in {"GET", "HEAD"}
    if is_change and not is_background:
        keep_form(request)
    if request.htmx:
        return HttpResponse(status=401)
    page = page_of(request) or default if is_change else request.get_full_path()
    return redirect_to_login(page)


def form_address_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Lead whoever asks by GET for an address of a team's that takes forms only to the page above it.

    A form that was refused is shown at that address, so a browser may come back to it, also after a login.
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
    """The next page on the way up from this address."""
    while (path := path.rstrip("/").rpartition("/")[0] + "/") and not is_valid_path(path):
        pass
    return path
