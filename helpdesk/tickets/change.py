"""What a change of the registry is made of."""

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
    """A change that was made, or is about to be, as its words need it: to which value, and by the person of which key.

    `statuses_before` reads which statuses its tickets had; the words of most changes never ask.
    """

    value: str
    team: Team
    actor: int | None = None
    statuses_before: Callable[[], Collection[str]] = tuple


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """One change: the action takes the value of the form, or nothing where there is no form."""

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
    """A change that can be undone, and so be made of many tickets at once.

    Undo: `attributes` are the ticket's that the change is about, `beside` those that it may alter as well. `restore`
    restores what was altered; it gets the values before and after. `event_kinds` says which kinds of events tell of an
    attribute, where these are not those whose fact names it.

    Values: a value is kept as text, which `store` makes and `load` reads. `describe` tells in a few words what became
    of a ticket, and `summarize` of a count of tickets. `find` returns the row that an integration names, or raises
    ActionRefused; `description` tells it in the API's reference what to send. An integration asks for the change by
    sending null for the one named `null_of`.

    Choices: `choices` gives values with their names, for a member, and for a ticket if it is about one; where there may
    be more of them than that, `search` finds those that have each word of a text. The name alone is shown where
    `is_named_by_choice`, with the icon `icon` beside it. `is_done_with` says after which values the page goes on to the
    next ticket.
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
        """What the action takes for what an integration sends, such as a row for its key. Raises ActionRefused."""
        return self.find(team, value) if self.find else value

    @property
    def altered(self) -> frozenset[str]:
        """The attributes that an undo restores."""
        return self.attributes | self.beside

    def outcome(self, count: int, made: MadeChange) -> str:
        """What became of so many tickets: “39 tickets resolved”."""
        if self.summarize:
            return self.summarize(count, made)
        sentence = ngettext("%(count)s ticket: %(what)s", "%(count)s tickets: %(what)s", count)
        return sentence % {"count": count, "what": self.describe(made)}
