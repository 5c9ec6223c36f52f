"""Push services that may have passed on notifications about a learner; see helpdesk.privacy.recipients."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from helpdesk.courses.models import Learner
from helpdesk.notifications.models import PushSubscription
from helpdesk.privacy.recipients import Recipient
from helpdesk.privacy.register import Person
from helpdesk.teams.models import Membership

CONTENT = _("May have passed on notifications with their name, encrypted so that it cannot read them")


def _push_services(person: Person) -> Iterator[Recipient]:
    """Those used for members since the learner is known; which learners the notifications named is not recorded."""
    known_since = Learner.objects.filter(pk=person.learner_id).values("created_at")
    used = PushSubscription.objects.filter(
        user__in=Membership.objects.filter(team=person.team_id).values("user"), used_at__gte=known_since
    )
    latest: dict[str, Recipient] = {}
    for each in used.order_by("used_at"):
        latest[each.push_service] = Recipient(each.push_service, CONTENT, last_at=each.used_at)
    yield from latest.values()


RECIPIENTS = [_push_services]
