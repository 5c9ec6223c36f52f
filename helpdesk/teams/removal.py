"""Removing a team with everything in it: confirmed by typing its name, and done by a worker."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.teams.leaving import revoke_orphaned_grants
from helpdesk.teams.models import Membership, Team, User
from helpdesk.ui.capped_counts import capped_label, count_up_to
from helpdesk.ui.isolation import isolated_text

COUNTED_AT_MOST = 10_000


class RemovalForm(forms.Form):
    """Confirms a removal by typing the team's name."""

    name = forms.CharField(
        label=gettext_lazy("Type the team’s name"), max_length=200, widget=forms.TextInput({"autocomplete": "off"})
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team = team

    def clean_name(self) -> str:
        """Raises ValidationError if it is not the team's name."""
        name: str = self.cleaned_data["name"]
        if " ".join(name.split()) != " ".join(self.team.name.split()):
            raise forms.ValidationError(_("That is not this team’s name. Nothing was deleted."))
        return name


def contents_of(team: Team) -> list[tuple[str, str]]:
    """What is deleted with a team: the name of each kind, and how many there are, counted up to COUNTED_AT_MOST."""
    contents = []
    for relation in team._meta.get_fields(include_hidden=True):
        if relation.one_to_many and relation.auto_created:
            model: Any = relation.related_model
            rows = model._base_manager.filter(**{relation.field.name: team}).order_by()  # type: ignore[union-attr]
            count = count_up_to(rows.values("pk"), COUNTED_AT_MOST)
            if count:
                contents.append((str(model._meta.verbose_name_plural), capped_label(count, COUNTED_AT_MOST)))
    return sorted(contents)


def remove_team(team: Team) -> None:
    """Lock everybody out of the team, and have a worker delete it."""
    from helpdesk.teams.tasks import delete_team  # it imports this module

    with transaction.atomic():
        people = list(User.objects.filter(memberships__team=team))
        Membership.objects.for_team(team).delete()
        revoke_orphaned_grants(team, people)
        delete_team.defer(team_id=team.pk)


class ConfirmedRemovalAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Teams in the admin, deleted only one at a time, by a superuser who types the name."""

    def get_actions(self, request: HttpRequest) -> Any:
        """The actions without the one that deletes several at once."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def has_delete_permission(self, request: Any, obj: Any = None) -> bool:
        """Only superusers may delete teams."""
        return bool(request.user.is_superuser)

    def delete_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        """Ask for confirmation, showing what would be deleted; then remove the team."""
        team = self.get_object(request, unquote(object_id))
        if team is None:
            raise Http404
        if not self.has_delete_permission(request, team):
            raise PermissionDenied
        form = RemovalForm(request.POST if request.method == "POST" else None, team=team)
        if form.is_valid():
            self.log_deletions(request, Team.objects.filter(pk=team.pk))
            remove_team(team)
            text = _("“%(team)s” is being deleted and can no longer be opened.") % {"team": isolated_text(team)}
            self.message_user(request, text, messages.SUCCESS)
            return redirect("admin:teams_team_changelist")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Delete the team"),
            "opts": self.opts,
            "object": team,
            "contents": contents_of(team),
            "form": form,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        status = 422 if request.method == "POST" else 200
        return render(request, "admin/teams/team/delete_confirmation.html", context, status=status)
