"""What the tests of a folder begin with: its rows are made once, and read anew by each test."""

import pytest


def row_of(name):
    """The fixture of a row of the folder's `world`, read anew, so that no test has what another did with it."""

    @pytest.fixture
    def row(world, db):
        known = getattr(world, name)
        return type(known)._default_manager.get(pk=known.pk)

    return row
