"""Addresses that get no e-mail: suppressed by hand, allowed again, and undone."""

import pytest
from django.utils import timezone

from helpdesk.conversations.address_undo import offer_undo
from helpdesk.conversations.models import SuppressedAddress
from helpdesk.privacy.tombstones import put_tombstone
from tests.conversations.email_settings.reading import HOME, found_in

pytestmark = [pytest.mark.django_db, pytest.mark.page_of("manager")]


def test_an_address_is_suppressed_allowed_again_and_suppressed_by_undo(page, team):
    page.post(f"{HOME}suppressed/", {"address": "Bad@Example.com"})
    row = SuppressedAddress.objects.get()
    assert (row.address, row.reason) == ("bad@example.com", "by_hand")
    SuppressedAddress.objects.update(reason="bounced", detail="550")
    page.post(f"{HOME}suppressed/{row.pk}/allow/")
    assert not SuppressedAddress.objects.exists()
    undo = found_in(page.get(HOME).text, r'name="undo" value="([^"]+)"')
    page.post(f"{HOME}suppressed/", {"undo": undo})
    again = SuppressedAddress.objects.get()
    assert (again.address, again.reason, again.detail) == ("bad@example.com", "bounced", "550")
    assert page.post(f"{HOME}suppressed/", {"undo": "forged"}).status_code == 409
    of_another_list = offer_undo(team, "ignored", again.address)
    assert page.post(f"{HOME}suppressed/", {"undo": of_another_list}).status_code == 409
    put_tombstone(team.pk, again.address, timezone.now())  # erased since it was allowed
    again.delete()
    assert page.post(f"{HOME}suppressed/", {"undo": undo}).status_code == 409
    assert not SuppressedAddress.objects.exists()


def test_undo_does_not_restore_an_address_erased_since(page, team):
    page.post(f"{HOME}suppressed/", {"address": "ana@example.com"})
    page.post(f"{HOME}suppressed/{SuppressedAddress.objects.get().pk}/allow/")
    undo = found_in(page.get(HOME).text, r'name="undo" value="([^"]+)"')
    put_tombstone(team.pk, "ana@example.com", timezone.now())
    assert page.post(f"{HOME}suppressed/", {"undo": undo}).status_code == 409
    assert not SuppressedAddress.objects.exists()


def test_an_address_is_suppressed_once(page):
    for _ in range(2):
        page.post(f"{HOME}suppressed/", {"address": "bad@example.com"})
    assert SuppressedAddress.objects.count() == 1
    assert page.post(f"{HOME}suppressed/", {"address": "bad"}).status_code == 422


def test_many_addresses_are_paginated(page, team, django_assert_max_num_queries):
    rows = [SuppressedAddress(team=team, address=f"a{n}@example.com", reason="bounced") for n in range(60)]
    SuppressedAddress.objects.bulk_create(rows)
    with django_assert_max_num_queries(15):
        text = page.get(HOME).text
    assert text.count("Allow again") == 50
    assert page.get(HOME + found_in(text, r'href="(\?before=[^"]+)"')).text.count("Allow again") == 10
