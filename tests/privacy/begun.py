"""Rows that all tests of a folder start with: created once, and read again by each test."""

import pytest


def row_of(name):
    """A fixture for a row of the folder's `world`, read again for each test, so that no test sees another's changes."""

    @pytest.fixture
    def row(world, db):
        known = getattr(world, name)
        return type(known)._default_manager.get(pk=known.pk)

    return row
