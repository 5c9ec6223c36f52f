"""An installation of before that is brought up to date."""

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.integrations.actions import create_endpoint, send_test
from helpdesk.integrations.models import WebhookDelivery, WebhookEndpoint
from helpdesk.teams.roles import Role
from tests.factories import MembershipFactory
from tests.migrating import migrate

SUBSCRIPTIONS = ("integrations", "0002_due_by_the_clock_of_the_database")


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_webhook_keeps_its_deliveries_and_jobs_after_the_renaming():
    owner = MembershipFactory(role=Role.OWNER)
    endpoint = create_endpoint(owner, WebhookEndpoint(url="https://example.com/", events=["ticket.created"]))
    delivery = send_test(endpoint)
    try:
        before = migrate(SUBSCRIPTIONS).get_model("integrations", "SubscriptionDelivery")
        assert before.objects.get().subscription_id == endpoint.pk
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE procrastinate_jobs SET args = %s WHERE task_name = 'integrations.send_due'",
                [f'{{"subscription_id": {endpoint.pk}}}'],
            )
    finally:
        migrate()
    assert WebhookDelivery.objects.get() == delivery
    assert WebhookDelivery.objects.get().endpoint == endpoint
    jobs = ProcrastinateJob.objects.filter(task_name="integrations.send_due")
    assert [job.args for job in jobs] == [{"endpoint_id": endpoint.pk}]
