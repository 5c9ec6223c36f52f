"""The team's tags: how often each is used; managers can rename, merge and delete them."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.courses.search import Unaccent
from helpdesk.teams.access import TeamRequest, team_view
from helpdesk.teams.roles import Permission
from helpdesk.tickets import actions
from helpdesk.tickets.models import Tag
from helpdesk.ui.cleaning import clean_key
from helpdesk.ui.isolation import isolated_text
from helpdesk.workspace.forms import EditTagForm, MergeTagForm

SUGGESTED = 8


@require_safe
@team_view(Permission.TICKET_VIEW)
def tags(request: TeamRequest) -> HttpResponse:
    """All tags, most used first, each with those that differ only in accents."""
    tagged = Tag.objects.for_team(request.team).annotate(count=Count("tickets"), unaccented=Unaccent("name"))
    found: list[Any] = list(tagged.order_by("-count", "name"))
    alike: dict[str, list[Tag]] = defaultdict(list)
    for tag in found:
        alike[tag.unaccented].append(tag)
    rows = [(tag, [other for other in alike[tag.unaccented] if other != tag]) for tag in found]
    return render(request, "workspace/tags.html", {"nav": "tags", "rows": rows})


@require_safe
@team_view(Permission.TICKET_VIEW)
def suggest_tags(request: TeamRequest) -> HttpResponse:
    """The most used tags that contain what is typed, ignoring accents."""
    typed = clean_key(request.GET.get("tag", ""))
    found = Tag.objects.for_team(request.team).containing(typed).most_used()[:SUGGESTED]
    suggestions = [{"label": tag.name, "dot": tag.tone, "values": {"tag": tag.name}} for tag in found] if typed else []
    return render(request, "ui/_suggestions.html", {"suggestions": suggestions})


def _find(request: TeamRequest, pk: int) -> Tag:
    """The team's tag, with its number of tickets in `count`. Raises Http404."""
    return get_object_or_404(Tag.objects.for_team(request.team).annotate(count=Count("tickets")), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
def tag(request: TeamRequest, pk: int) -> HttpResponse:
    """The page of a tag; a POST changes its name and color. A name that another tag has offers to merge the two."""
    found = _find(request, pk)
    form = EditTagForm(
        request.POST if request.method == "POST" else None, initial={"name": found.name, "color": found.color}
    )
    other = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_tag(_find(request, pk), form.cleaned_data["name"], form.cleaned_data["color"])
        except actions.TagExists as refused:
            other = refused.other
            form.add_error("name", str(refused))
        except actions.ActionRefused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Saved."))
            return redirect("tags", request.team.slug)
    return _show(request, found, form, MergeTagForm(tag=found, initial={"into": request.GET.get("into")}), other)


def _show(
    request: TeamRequest, found: Tag, form: EditTagForm, merge_form: MergeTagForm, other: Any = None
) -> HttpResponse:
    has_others = Tag.objects.for_team(request.team).exclude(pk=found.pk).exists()
    context = {"nav": "tags", "tag": found, "form": form, "merge_form": merge_form, "other": other}
    context |= {"has_others": has_others}
    return render(request, "workspace/tag.html", context, status=422 if form.errors or merge_form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
def merge_tag(request: TeamRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, showing the number of tickets; a POST replaces this tag with another on all of them."""
    found = _find(request, pk)
    merge_form = MergeTagForm(request.POST if request.method == "POST" else request.GET, tag=found)
    if merge_form.is_valid():
        into = merge_form.cleaned_data["into"]
        if request.method != "POST":
            return render(request, "workspace/merge_tag.html", {"nav": "tags", "tag": found, "into": into})
        try:
            actions.merge_tags(found, into)
        except actions.ActionRefused as refused:
            merge_form.add_error("into", str(refused))
        else:
            names = {"tag": isolated_text(found.name), "into": isolated_text(into.name)}
            messages.success(request, _("“%(tag)s” was merged into “%(into)s”.") % names)
            return redirect("tags", request.team.slug)
    return _show(request, found, EditTagForm(initial={"name": found.name, "color": found.color}), merge_form)


@require_http_methods(["GET", "HEAD", "POST"])
@team_view(Permission.TEAM_MANAGE)
def delete_tag(request: TeamRequest, pk: int) -> HttpResponse:
    """Ask for confirmation, showing the number of tickets; a POST removes the tag from all of them."""
    found = _find(request, pk)
    if request.method == "POST":
        actions.delete_tag(found)
        messages.success(request, _("The tag “%(name)s” was deleted.") % {"name": isolated_text(found.name)})
        return redirect("tags", request.team.slug)
    return render(request, "workspace/delete_tag.html", {"nav": "tags", "tag": found})
