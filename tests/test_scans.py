"""No page is left out of the scans of `tests/browser/test_axe_pages.py`, which walks what the table does not except."""

import pytest

from tests.access_table import TABLE
from tests.addresses import address
from tests.scan_table import NO_ACCOUNT_PAGES, NO_PAGES, all_account_names

pytestmark = pytest.mark.django_db


def is_page(response):
    return response.status_code == 200 and not response.streaming and "<main" in response.text


def test_what_is_scanned_as_no_page_is_none(case, client, owner, things):
    client.force_login(owner)
    for name in NO_PAGES:
        with case(name=name):
            assert (name, "get") in TABLE
            assert not is_page(client.get(address(name, things)))


def test_an_exception_about_accounts_is_of_an_address_that_is_there():
    assert NO_ACCOUNT_PAGES.keys() - all_account_names() == set()
