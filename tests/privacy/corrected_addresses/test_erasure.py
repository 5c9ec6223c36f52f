"""A learner is forgotten, and exported, by each address."""

import json
import zipfile

import pytest

from helpdesk.conversations.models import SuppressedAddress
from helpdesk.conversations.sending.suppression import suppress_address
from helpdesk.courses.actions import set_corrected_address
from helpdesk.courses.models import FormerAddress, Learner
from helpdesk.privacy import actions
from helpdesk.privacy.exporting import storage, write_export
from helpdesk.privacy.models import LearnerExport
from tests.privacy.corrected_addresses.former import NEW, OLD
from tests.privacy.world import finish
from tests.webhooks.sender import deliver, learner_help

pytestmark = pytest.mark.django_db


def test_an_erasure_covers_every_address(client, source, team, misspelt_ana, manager):
    deliver(client, source, learner_help(learner={"email": OLD, "name": "Ana Lima"}))
    suppress_address(team, OLD, SuppressedAddress.Reason.BOUNCED)
    set_corrected_address(misspelt_ana, NEW)
    suppress_address(team, NEW, SuppressedAddress.Reason.BY_HAND)
    erasure = actions.request_erasure(misspelt_ana, manager)
    finish(erasure)
    assert not FormerAddress.objects.exists()
    assert not SuppressedAddress.objects.exists()
    assert OLD.encode() not in b"".join(bytes(each.body) for each in source.deliveries.all())
    for number, email in enumerate([OLD, NEW]):
        again = learner_help(learner={"email": email, "name": "Ana"}, id=f"again{number}")
        assert deliver(client, source, again).outcome == "ignored"
    assert not Learner.objects.for_team(team).filter(erased_at=None).exists()


def test_an_export_covers_every_address(team, corrected):
    for email in (OLD, NEW):
        suppress_address(team, email, SuppressedAddress.Reason.BOUNCED)
    export = LearnerExport.objects.create(team=team, learner=corrected)
    write_export(export, "en")
    export.refresh_from_db()
    with zipfile.ZipFile(storage().open(export.storage_key)) as archive:
        rows = {
            name: json.loads(archive.read(f"{name}.json"))["rows"]
            for name in ("conversations-suppressedaddress", "courses-formeraddress", "courses-learner")
        }
    assert {row["address"] for row in rows["conversations-suppressedaddress"]} == {OLD, NEW}
    assert [row["email"] for row in rows["courses-formeraddress"]] == [OLD]
    assert len(rows["courses-learner"]) == 1
