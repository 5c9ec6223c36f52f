"""What the migration makes of accounts that were there before."""

from importlib import import_module

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db import IntegrityError, connection

from helpdesk.operations.doctor.findings import Level
from helpdesk.operations.encryption import decrypt_text
from helpdesk.teams.doctor import check_account_addresses
from helpdesk.teams.models import User
from tests.factories import UserFactory
from tests.migrating import migrate

migration = import_module("helpdesk.teams.migrations.0006_account_data")


def addresses_of(user):
    return sorted(user.emailaddress_set.values_list("email", "verified", "primary"))


@pytest.mark.django_db
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


@pytest.mark.django_db
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


@pytest.mark.django_db(transaction=True)
def test_an_account_without_an_address_does_not_stop_the_update_and_is_reported():
    try:
        before = migrate(("teams", "0017_mailable_addresses"))
        user = before.get_model("teams", "User").objects.create(email="", name="Ana")
        before.get_model("account", "EmailAddress").objects.create(user_id=user.pk, email="", primary=True)
        migrate(("teams", "0018_no_empty_address"))
        with pytest.raises(IntegrityError):
            User.objects.filter(pk=UserFactory().pk).update(email="")
    finally:
        migrate()
    email = f"account-{user.pk}@no-address.invalid"
    assert User.objects.get(name="Ana").email == email
    assert EmailAddress.objects.get(user=user.pk).email == email
    (found,) = check_account_addresses()
    assert (found.level, email in found.text, f"/admin/teams/user/{user.pk}/change/" in found.to_do) == (
        Level.WARN,
        True,
        True,
    )
    User.objects.get(name="Ana").set_verified_email("ana@example.com")
    assert list(check_account_addresses()) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT convalidated FROM pg_constraint WHERE conname = 'user_email_not_empty'")
        assert cursor.fetchone() == (True,)
