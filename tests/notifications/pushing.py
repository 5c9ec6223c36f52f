"""Members with browsers, and the worker's notifications for them."""

from procrastinate.contrib.django.models import ProcrastinateJob

from helpdesk.notifications import digests, tasks
from helpdesk.notifications.models import (
    PushSubscription,
)
from helpdesk.tickets.actor import Actor
from tests.factories import publish
from tests.notifications.browser import Browser


def add_browser(member, service, name="one"):
    browser = Browser(f"{service.url}/{name}")
    fields = browser.fields
    PushSubscription.objects.create(user=member.user, **fields)
    return browser


def by(member):
    return Actor.person(member.user)


def jobs(name):
    return ProcrastinateJob.objects.filter(task_name=f"notifications.{name}").order_by("pk")


def run_pushes():
    """Run the jobs that send pushes, without waiting until they are due."""
    for job in jobs("send_push").filter(status="todo"):
        ProcrastinateJob.objects.filter(pk=job.pk).update(status="succeeded")
        tasks.send_push(**job.args)


def tell():
    """Do what a worker does some seconds after something has happened."""
    publish()
    tasks.enqueue_pushes()
    run_pushes()


def emails_made():
    """The e-mails of the next two minutes, as (member, kind, tickets)."""
    publish()
    digests.next_digests()
    return [tuple(digest) for digest in digests.next_digests()[0]]
