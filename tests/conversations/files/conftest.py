"""Files are stored in a folder of the test."""

import pytest

from tests.attachments import keep_attachments_in


@pytest.fixture(autouse=True)
def _files_of_the_test(settings, tmp_path):
    keep_attachments_in(tmp_path / "attachments", settings)
