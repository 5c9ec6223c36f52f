"""What a source's events have made of its team."""

from helpdesk.courses.models import Course, Learner, LearnerActivity, Producer
from webhooks.models import Delivery


def state(source):
    """What people see of a team, except numbers, keys and the history."""
    team = source.team
    deliveries = Delivery.objects.for_team(team).select_related("ticket__merged_into", "ticket__learner")
    event_ids = {pk: event_id for pk, event_id in deliveries.values_list("ticket", "event_id") if pk}
    return {
        "deliveries": {
            (row.event, row.event_id): (
                row.outcome,
                row.problem,
                row.ticket
                and (
                    row.ticket.status,
                    row.ticket.request_count,
                    row.ticket.requested_at,
                    row.ticket.learner.email,
                    event_ids.get(row.ticket.merged_into_id or 0),
                ),
            )
            for row in deliveries
        },
        "learners": set(Learner.objects.for_team(team).values_list("email", "name")),
        "courses": set(Course.objects.for_team(team).values_list("producer__email", "hash", "title")),
        "producers": set(Producer.objects.for_team(team).values_list("email", "name")),
        "activities": sorted(
            LearnerActivity.objects.for_team(team).values_list("learner__email", "course__hash", "kind", "occurred_at")
        ),
    }
