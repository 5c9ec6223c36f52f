"""Teams and people, for the operator."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as BaseUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from helpdesk.teams.leaving import deactivate, release_work
from helpdesk.teams.models import Invitation, Membership, Team, User
from helpdesk.ui.admin import TeamModelAdmin


class UserCreationForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """A new person, whose address is kept in lower case."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        """In lower case, as it is looked up."""
        return str(self.cleaned_data["email"]).lower()


class ReleasesWork(admin.ModelAdmin):  # type: ignore[type-arg]
    """A page on which somebody's rights may end: their work is left to others then."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: bool) -> None:
        """After a change of a person, a membership, or the members of a team."""
        super().save_related(request, form, formsets, change)
        release_work(None, request.user)

    def delete_model(self, request: Any, obj: Any) -> None:
        """After one is gone."""
        super().delete_model(request, obj)
        release_work(None, request.user)

    def delete_queryset(self, request: Any, queryset: QuerySet[Any]) -> None:
        """After several are gone."""
        super().delete_queryset(request, queryset)
        release_work(None, request.user)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]
    """The members, on the team's page."""

    model = Membership
    autocomplete_fields = ["user"]
    extra = 0


@admin.register(User)
class UserAdmin(ReleasesWork, BaseUserAdmin):  # type: ignore[type-arg]
    """People; a staff member who is no superuser sees those who share a team, and cannot make operators."""

    add_form = UserCreationForm
    ordering = ["email"]
    list_display = ["email", "name", "is_active", "is_staff", "last_login", "date_joined"]
    list_filter = ["is_active", "is_staff", "memberships__role"]
    search_fields = ["email", "name"]
    date_hierarchy = "date_joined"
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "name", "password", "is_active"]}),
        (_("Admin"), {"fields": ["is_staff", "is_superuser", "groups", "user_permissions"]}),
        (_("Timeline"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"fields": ["email", "name", "usable_password", "password1", "password2"]})]
    filter_horizontal = ["groups", "user_permissions"]

    def get_queryset(self, request: Any) -> QuerySet[User]:
        """Only people of one's own teams."""
        users = super().get_queryset(request)
        if request.user.is_superuser:
            return users
        return users.filter(memberships__team__in=Team.objects.of(request.user)).distinct()

    def get_readonly_fields(self, request: Any, obj: Any = None) -> Any:
        """Rights over the whole installation are a superuser's to give."""
        rights = ["is_staff", "is_superuser", "groups", "user_permissions", "is_active", "email"]
        return [*self.readonly_fields, *([] if request.user.is_superuser else rights)]

    def has_change_permission(self, request: Any, obj: Any = None) -> bool:
        """A superuser's account, and with it the installation, is not taken over through its password."""
        if obj is not None and not request.user.is_superuser and obj != request.user:
            return False
        return super().has_change_permission(request, obj)

    def delete_model(self, request: Any, obj: User) -> None:
        """What the person worked on is released before the account goes, so that the history tells it."""
        deactivate([obj], request.user)
        super().delete_model(request, obj)

    def delete_queryset(self, request: Any, queryset: QuerySet[User]) -> None:
        """As for one."""
        deactivate(queryset, request.user)
        super().delete_queryset(request, queryset)


@admin.register(Team)
class TeamAdmin(ReleasesWork, TeamModelAdmin):
    """Teams with their members."""

    list_display = ["name", "slug", "time_zone", "response_target_hours", "created_at"]
    list_filter = ["time_zone"]
    search_fields = ["name", "slug"]
    date_hierarchy = "created_at"
    readonly_fields = ["created_at"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [MembershipInline]


@admin.register(Membership)
class MembershipAdmin(ReleasesWork, TeamModelAdmin):
    """Who is in which team, as what."""

    list_display = ["user", "team", "role", "created_at"]
    list_filter = ["role", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["user", "team"]
    search_fields = ["user__email", "user__name", "team__name"]
    autocomplete_fields = ["user", "team"]
    date_hierarchy = "created_at"


@admin.register(Invitation)
class InvitationAdmin(TeamModelAdmin):
    """Letters that were not answered yet; made on the team's page, where the letter is sent."""

    list_display = ["email", "team", "role", "invited_by", "created_at", "expires_at"]
    list_filter = ["role", ("team", admin.RelatedOnlyFieldListFilter)]
    list_select_related = ["team", "invited_by"]
    search_fields = ["email", "team__name"]
    readonly_fields = ["team", "email", "role", "invited_by", "created_at"]
    date_hierarchy = "created_at"

    def has_add_permission(self, request: Any) -> bool:
        """A letter cannot be sent from here."""
        return False
