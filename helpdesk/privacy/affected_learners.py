"""Whose data an incident may have affected, given what fell into the wrong hands, and on which days.

Each exposure is looked up in existing records, and says what they do not show.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpdesk.api.models import Token
from helpdesk.audit.models import AuditEvent, LearnerRead
from helpdesk.conversations.models import InboundEmail, Mailbox
from helpdesk.courses.models import Learner
from helpdesk.courses.querysets import LearnerQuerySet
from helpdesk.privacy.audit_log import members_of
from helpdesk.privacy.days_filter import Days, DaysFilter
from helpdesk.teams.models import Team
from helpdesk.ui.keyset import Order
from webhooks.models import Delivery, Source

COUNTED_AT_MOST = 10_000
BY_KEY = Order(("id",))
Keys = Any  # a queryset of learners' primary keys
EVERYONE = "everyone"


@dataclass(frozen=True)
class Exposure:
    """A kind of thing that may have fallen into the wrong hands; `things` lists the team's, by primary key and name.

    `learners` narrows the team's learners to those whose data was there; `limits` says what that does not show, and
    `records` names the kinds of data it relies on that are deleted after a time.
    """

    label: str | Promise
    things: Callable[[Team], Iterable[tuple[Any, str]]]
    learners: Callable[[LearnerQuerySet, Team, str, Days], LearnerQuerySet]
    limits: str | Promise
    records: tuple[str, ...] = ()


def _known(learners: LearnerQuerySet, team: Team, key: str, days: Days) -> LearnerQuerySet:
    return learners.filter(created_at__lt=days.end) if days.end else learners


def _of_person(learners: LearnerQuerySet, team: Team, key: str, days: Days) -> LearnerQuerySet:
    actions = AuditEvent.objects.filter(days.of("created_at"), team=team, actor_id=key, learner_id__isnull=False)
    return learners.filter(Q(pk__in=actions.values("learner_id")) | Q(pk__in=_read_by(team, f"user:{key}", days)))


def _of_token(learners: LearnerQuerySet, team: Team, key: str, days: Days) -> LearnerQuerySet:
    return learners.filter(pk__in=_read_by(team, f"token:{key}", days))


def _read_by(team: Team, client: str, days: Days) -> Keys:
    """Only a day's first read is recorded (days in UTC), so the whole first day counts."""
    begin = days.begin and days.begin.replace(hour=0, minute=0, second=0, microsecond=0)
    reads = LearnerRead.objects.filter(Days(begin, days.end).of("created_at"), team=team, client=client)
    return reads.values("learner_id")


def _of_source(learners: LearnerQuerySet, team: Team, key: str, days: Days) -> LearnerQuerySet:
    deliveries = Delivery.objects.for_team(team).filter(days.of("received_at"), source=key, ticket__isnull=False)
    return learners.filter(pk__in=deliveries.order_by().values("ticket__learner"))


def _of_mailbox(learners: LearnerQuerySet, team: Team, key: str, days: Days) -> LearnerQuerySet:
    emails = InboundEmail.objects.for_team(team).filter(
        days.of("received_at"), mailbox_id=int(key), ticket__isnull=False
    )
    return learners.filter(pk__in=emails.order_by().values("ticket__learner"))


EXPOSURES = {
    "user": Exposure(
        _("A person’s account"),
        members_of,
        _of_person,
        _(
            "This lists the learners whose page the person opened, and those they changed, exported or read through "
            "the API. Who else they saw in a ticket, a list or a search is not known: a member can see all learners "
            "of the team."
        ),
        ("audit_log", "api_reads"),
    ),
    "token": Exposure(
        _("An API token"),
        lambda team: [(token.pk, f"{token.name} · …{token.hint}") for token in Token.objects.for_team(team)],
        _of_token,
        _(
            "This lists the learners whose data the token received, recorded once a day for each. What it received "
            "before this was recorded is not known, nor who was named in a delivery that opened no ticket."
        ),
        ("api_reads",),
    ),
    "source": Exposure(
        _("A source of Eduzz events"),
        lambda team: [(source.pk, source.name) for source in Source.objects.for_team(team)],
        _of_source,
        _(
            "This lists the learners whose help requests came through it. Those of whom it reported only activity in "
            "the courses are not known."
        ),
    ),
    "mailbox": Exposure(
        _("A mailbox"),
        lambda team: [(mailbox.pk, mailbox.address) for mailbox in Mailbox.objects.for_team(team)],
        _of_mailbox,
        _(
            "This lists the learners who have an e-mail on a ticket that came through it. Who wrote the others, and "
            "what else was in the mailbox, is not known."
        ),
    ),
}
ALL = Exposure(
    _("All data of the team"),
    lambda team: [],
    _known,
    _(
        "All learners known to the team at the time. People may also be named in e-mails outside tickets and in "
        "other people’s texts."
    ),
)


class AffectedForm(DaysFilter):
    """What fell into the wrong hands, and on which days in the active time zone."""

    field_order = ("what", "first", "last")
    what = forms.ChoiceField(label=_("What fell into the wrong hands"), required=False)

    def __init__(self, data: QueryDict, *, team: Team, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.team = team
        groups = [
            (exposure.label, [(f"{name}:{key}", label) for key, label in exposure.things(team)])
            for name, exposure in EXPOSURES.items()
        ]
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            ("", _("Choose")),
            (EVERYONE, ALL.label),
            *(group for group in groups if group[1]),
        ]

    @property
    def exposure(self) -> Exposure | None:
        """The chosen exposure; None while nothing valid is chosen."""
        chosen = self.cleaned_data.get("what", "") if self.is_valid() else ""
        return ALL if chosen == EVERYONE else EXPOSURES.get(chosen.partition(":")[0])

    @property
    def chosen_label(self) -> str:
        """The label of what was chosen."""
        chosen = self.cleaned_data["what"]
        labels = {EVERYONE: str(ALL.label)}
        for _group, things in self.fields["what"].choices[2:]:  # type: ignore[attr-defined]
            labels |= dict(things)
        return labels[chosen]

    def learners(self) -> LearnerQuerySet:
        """Those whose data may be affected; none while nothing is chosen."""
        learners = Learner.objects.for_team(self.team)
        if self.exposure is None:
            return learners.none()
        return self.exposure.learners(learners, self.team, self.cleaned_data["what"].partition(":")[2], self.days)


def in_batches(learners: LearnerQuerySet, count: int) -> Iterator[list[Learner]]:
    """All learners, by primary key, with a query for each batch, so that no query is long."""
    place = None
    while found := list(BY_KEY.after(BY_KEY.sort(learners), place)[:count]):
        yield found
        place = BY_KEY.place_of(found[-1])
