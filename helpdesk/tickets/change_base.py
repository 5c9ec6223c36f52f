"""The classes of the registry of changes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import ngettext

from helpdesk.teams.models import Membership, Team
from helpdesk.teams.roles import Permission
from helpdesk.tickets import change_values as values
from helpdesk.tickets.actor import Actor
from helpdesk.tickets.forms import ChangeForm
from helpdesk.tickets.models import Ticket

State = Mapping[str, Any]
Restore = Callable[[Ticket, Actor, State, State], None]


@dataclass(frozen=True)
class MadeChange:
    """A change that was made, or is about to be, as its texts need it: the stored value, and the acting user's key.

    `statuses_before` reads the previous statuses of its tickets; the texts of most changes never call it.
    """

    value: str
    team: Team
    actor: int | None = None
    statuses_before: Callable[[], Collection[str]] = tuple


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """A change: the action takes the form's value, or none if there is no form."""

    permission: Permission
    action: Callable[..., object]
    form: type[ChangeForm] | None = None

    def make(self, ticket: Ticket, actor: Actor, value: Any = None) -> None:
        """Call the action. Raises ActionRefused."""
        if self.form:
            self.action(ticket, actor, value)
        else:
            self.action(ticket, actor)


@dataclass(frozen=True, kw_only=True, eq=False)
class ReversibleChange(Change):
    """A change that can be undone, and made to many tickets at once, if `is_of_many`.

    `name` is used in forms, the API and the database (at most 30 characters), `label` in menus and the palette. Menus
    offer the choices if it `is_in_menus`. If it `is_about_a_ticket`, its value is the primary key of a ticket, which is
    left out of the selection.

    Undo: `attributes` are the ticket's attributes that the change is about, `beside` others that it may alter.
    `restore` restores altered attributes; it gets their values before and after. `event_kinds` lists, for an attribute,
    the kinds of events that record its changes, if these are not the ones whose fact names it.

    Values: a value is stored as text, written by `store` and read by `load`. `describe` says in a few words what
    happened to a ticket, `summarize` what happened to a number of tickets. `find` returns the row that an integration
    refers to, or raises ActionRefused; `description` says in the API's reference what to send. Integrations make a
    change with `null_of` by sending null for the change of that name.

    Choices: `choices` returns the values to offer to a member, for one ticket or for several. If there may be more,
    `search` finds those that contain each word of a text. `current` returns the one that a ticket has, for
    menus, with a label if it may not be among the choices. With `is_named_by_choice`, the command palette shows only
    the label of the choice, without that of the change; `icon` is shown beside it. `is_done_with` says after which
    values the page goes on to the next ticket.
    """

    name: str
    label: Promise
    attributes: frozenset[str]
    beside: frozenset[str] = frozenset()
    event_kinds: Mapping[str, Collection[str]] = field(default_factory=dict)
    restore: Restore
    describe: Callable[[MadeChange], str]
    summarize: Callable[[int, MadeChange], str] | None = None
    store: Callable[[Any], str] = str
    load: Callable[[str], Any] = str
    find: Callable[[Team, Any], Any] | None = None
    description: str = ""
    null_of: str = ""
    choices: Callable[[Membership, Ticket | None], values.ValueChoices] = values.no_choices
    search: Callable[[Membership, Ticket | None, str], values.ValueChoices] | None = None
    current: Callable[[Membership, Ticket], values.ValueChoice | None] = values.no_current_value
    icon: str = "edit"
    is_named_by_choice: bool = False
    is_in_menus: bool = False
    is_of_many: bool = True
    is_about_a_ticket: bool = False
    is_done_with: Callable[[str], bool] = lambda _value: False

    def __post_init__(self) -> None:
        asked = self.form and self.form.base_fields[self.form.first_field()]
        if isinstance(asked, forms.ModelChoiceField) and self.find is None:
            raise TypeError(f"say how the row of {self.name} is found that an integration names")

    def value_named(self, team: Team, value: Any) -> Any:
        """The action's value for what an integration sent, such as a row for its primary key. Raises ActionRefused."""
        return self.find(team, value) if self.find else value

    @property
    def altered(self) -> frozenset[str]:
        """All attributes that the change may alter and an undo restores."""
        return self.attributes | self.beside

    def outcome(self, count: int, made: MadeChange) -> str:
        """What happened to this number of tickets: “39 tickets resolved”."""
        if self.summarize:
            return self.summarize(count, made)
        sentence = ngettext("%(count)s ticket: %(what)s", "%(count)s tickets: %(what)s", count)
        return sentence % {"count": count, "what": self.describe(made)}
