"""By which ways a learner is reached outside of the dashboard, and what is no phone or address."""

import pytest

from helpdesk.courses.contact import Contact

pytestmark = pytest.mark.django_db


def test_a_message_by_phone_is_ready_to_press(learner):
    assert Contact(learner).whatsapp == ""
    learner.phone = "5511912345678"
    assert Contact(learner).whatsapp.startswith("https://wa.me/5511912345678?text=")
    assert "Mariana" in Contact(learner).whatsapp
