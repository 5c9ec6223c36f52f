"""What the migration makes of accounts that were there before."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps

from helpdesk.operations.encryption import decrypt_text
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
migration = import_module("helpdesk.teams.migrations.0006_account_data")


def addresses_of(user):
    return sorted(user.emailaddress_set.values_list("email", "verified", "primary"))


def test_addresses_of_accounts_are_verified_and_pending_ones_stay_pending():
    none, unverified, pending = UserFactory(), UserFactory(), UserFactory()
    EmailAddress.objects.filter(user=none).delete()
    EmailAddress.objects.filter(user=unverified).update(verified=False, primary=False)
    EmailAddress.objects.create(user=pending, email="zz@example.com")
    for _ in range(2):
        migration.verify_addresses(apps, None)
        assert addresses_of(none) == [(none.email, True, True)]
        assert addresses_of(unverified) == [(unverified.email, True, True)]
        assert addresses_of(pending) == [(pending.email, True, True), ("zz@example.com", False, False)]


def test_secrets_are_encrypted_once():
    user = UserFactory()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "PLAIN"})
    Authenticator.objects.create(user=user, type="recovery_codes", data={"seed": "ab12", "used_mask": 3})
    for _ in range(2):
        migration.encrypt_secrets(apps, None)
        data = {row.type: row.data for row in Authenticator.objects.all()}
        assert decrypt_text(data["totp"]["secret"]) == "PLAIN"
        assert decrypt_text(data["recovery_codes"]["seed"]) == "ab12"
        assert data["recovery_codes"]["used_mask"] == 3
