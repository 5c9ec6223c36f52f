"""Changing SECRET_KEY: everything is re-encrypted, so that the old key can be removed."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from helpdesk.integrations.models import WebhookEndpoint
from helpdesk.operations import encryption
from helpdesk.operations.encryption import encrypted_columns, fields_of_another_key
from tests.factories import KEY, TeamFactory, source_of
from webhooks.models import SigningKey

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("own_folders")]
OLD, NEW, LOST = (f"{name}-secret-key-0123456789-abcdefghijklmnopqrstuvwxyz" for name in ("old", "new", "lost"))


@pytest.fixture
def secrets_of_old(use_keys):
    """Secrets of two rooms, encrypted with the old key."""
    use_keys(OLD)
    team = TeamFactory()
    for _ in range(5):
        source_of(team)
    return WebhookEndpoint.objects.create(team=team, url="https://example.com/hook", events=["ticket.created"]).secret


def reencrypt():
    said = StringIO()
    call_command("reencrypt", stdout=said)
    return said.getvalue()


def test_the_encrypted_columns_of_all_rooms_are_found():
    assert {str(column) for column in encrypted_columns()} >= {
        "webhooks.SigningKey.key",
        "integrations.WebhookEndpoint.secret",
        "integrations.WebhookEndpoint.previous_secret",
    }


def test_after_reencryption_the_old_key_is_no_longer_needed(secrets_of_old, use_keys, monkeypatch):
    monkeypatch.setattr(encryption, "BATCH", 2)
    use_keys(NEW, OLD)
    assert "Encrypted anew: 6." in reencrypt()
    use_keys(NEW)
    assert {key.key for key in SigningKey.objects.all()} == {KEY}
    assert WebhookEndpoint.objects.get().secret == secrets_of_old
    assert fields_of_another_key() == []


def test_a_second_run_has_nothing_to_do(secrets_of_old, use_keys):
    use_keys(NEW, OLD)
    reencrypt()
    assert "Encrypted anew: 0. With SECRET_KEY already: 6." in reencrypt()


def test_a_value_no_key_decrypts_is_counted_and_kept(secrets_of_old, use_keys):
    use_keys(LOST)
    source_of(TeamFactory())
    use_keys(NEW, OLD)
    stored = dict(encrypted_columns_of(SigningKey).rows())
    with pytest.raises(CommandError, match="1 secrets can be read with neither"):
        reencrypt()
    lost = SigningKey.objects.latest("pk").pk
    assert dict(encrypted_columns_of(SigningKey).rows())[lost] == stored[lost]
    use_keys(LOST)
    assert SigningKey.objects.get(pk=lost).key == KEY


def test_a_concurrent_change_is_not_overwritten(secrets_of_old, use_keys):
    use_keys(NEW, OLD)
    column = encrypted_columns_of(SigningKey)
    pk, stored = column.rows()[0]
    SigningKey.objects.filter(pk=pk).update(key="changed")
    assert not column.replace(pk, stored)
    assert SigningKey.objects.get(pk=pk).key == "changed"


def test_a_wrong_key_is_detected(secrets_of_old, use_keys):
    use_keys(NEW)
    assert sorted(fields_of_another_key()) == ["integrations.WebhookEndpoint.secret", "webhooks.SigningKey.key"]
    use_keys(NEW, OLD)
    assert fields_of_another_key() == []


def encrypted_columns_of(model):
    (column,) = (column for column in encrypted_columns() if column.model is model)
    return column
