"""The ways to reach a learner outside of the dashboard, and what is no valid phone or address."""

from urllib.parse import unquote

import pytest
from django.core.exceptions import ValidationError

from helpdesk.courses.contact import Contact, check_address, clean_phone
from helpdesk.courses.models import Learner
from tests.factories import LearnerFactory, TeamFactory


@pytest.mark.django_db
def test_a_learner_with_a_phone_number_has_a_whatsapp_link(learner):
    assert Contact(learner).whatsapp == ""
    learner.phone = "5511912345678"
    assert Contact(learner).whatsapp.startswith("https://wa.me/5511912345678?text=")
    assert "Mariana" in Contact(learner).whatsapp


@pytest.mark.parametrize(
    ("name", "greeting"),
    [
        ("Ana Lima", "Hello, Ana!\n\n"),
        ("", "Hello!\n\n"),
        ("&x=1#", "Hello, &x=1#!\n\n"),
        ("D’Ávila", "Hello, D’Ávila!\n\n"),
    ],
)
def test_the_message_greets_by_first_name(in_english, name, greeting):
    address, _text, query = Contact(Learner(name=name, phone="5511912345678")).whatsapp.partition("?text=")
    assert (address, unquote(query)) == ("https://wa.me/5511912345678", greeting)
    assert not set(query) & set("&#? ")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("(11) 91234-5678", "5511912345678"),
        (" 11 3456-7890 ", "551134567890"),
        ("+351 912 345 678", "351912345678"),
        ("00351912345678", "351912345678"),
        ("", ""),
        ("  ", ""),
    ],
)
def test_a_phone_number_is_stored_as_digits_with_country(typed, kept):
    assert clean_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["123", "abc", "+55 11 1", "1" * 20, "91234-5678", "ramal 11 91234-5678", "+", "00", "\0", "1" * 100_000, "ção"],
)
def test_an_invalid_phone_number_is_refused(typed):
    with pytest.raises(ValidationError):
        clean_phone(typed)


@pytest.mark.django_db
def test_an_odd_address_is_accepted_only_for_an_existing_learner(team):
    odd = "ana..lima@escola"
    check_address(team, "ana@example.com")
    LearnerFactory(team=TeamFactory(), email=odd)
    for address in (odd, "", "ana", "a b@example.com"):
        with pytest.raises(ValidationError):
            check_address(team, address)
    LearnerFactory(team=team, email=odd)
    check_address(team, odd)
