"""How an event is parsed, and the limits of its values."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.factories import NOON
from webhooks.events import ContentError, Event, is_storable, parse_time, read_event


def event_with(**data):
    return Event("nutror.learner_help", "1", NOON, NOON, data=data)


def read(**envelope):
    return read_event(json.dumps({"event": "nutror.learner_help", "data": {}} | envelope).encode(), NOON)


def flaw_of(read_it, *args, **options):
    """The problem and the place that a ContentError tells."""
    with pytest.raises(ContentError) as told:
        read_it(*args, **options)
    return str(told.value.problem), told.value.where


def test_a_value_is_found_through_objects_and_lists():
    event = event_with(courses=[{"hash": "a"}, {"hash": "b"}], none=None, named={"0": "c"})
    assert (event.value("courses.1.hash"), event.value("named.0")) == ("b", "c")
    assert event.value("courses.0") == {"hash": "a"}
    assert [event.value(path) for path in ("courses.2", "courses.2.hash", "none.x", "nothing.at.all")] == [None] * 4
    assert flaw_of(event.value, "courses.x") == ("wrong_type", "data.courses.x")
    assert flaw_of(event.value, "courses.0.hash.x") == ("wrong_type", "data.courses.0.hash.x")


def test_a_text_is_trimmed_truncated_and_normalized_to_nfc():
    event = event_with(a="  Jose\u0301 ", number=12, none=None, truth=True, half="\ud800", long="x" * 300)
    assert [event.text(path) for path in ("a", "number", "none", "nothing")] == ["José", "12", "", ""]
    assert (len(event.text("long")), event.text("long", longest=4)) == (255, "xxxx")
    assert flaw_of(event.text, "truth") == ("wrong_type", "data.truth")
    assert flaw_of(event.text, "half") == ("unstorable", "data.half")


def test_a_required_text_has_a_maximum_length():
    event = event_with(fits="x" * 128, long="x" * 129, blank=" ", usual="x" * 255, longer="x" * 256)
    assert (len(event.required_text("fits", longest=128)), len(event.required_text("usual"))) == (128, 255)
    assert flaw_of(event.required_text, "long", longest=128) == ("invalid", "data.long")
    assert flaw_of(event.required_text, "longer") == ("invalid", "data.longer")
    assert flaw_of(event.required_text, "blank") == ("missing", "data.blank")


@pytest.mark.parametrize("address", ["@b.c", "a@", "a.b.c", "a b@c.d", "a@b\u2003c.d", "a" * 251 + "@b.c"])
def test_an_invalid_address_is_reported(address):
    assert flaw_of(event_with(email=address).email, "email") == ("invalid", "data.email")
    assert event_with(learner={"email": address}).learner_email == ""


def test_an_address_is_lowercased_and_may_have_254_characters():
    assert event_with(learner={"email": " Ana@Escola.COM "}).learner_email == "ana@escola.com"
    assert len(event_with(email="a" * 250 + "@b.c").email("email")) == 254


@pytest.mark.parametrize(("number", "read"), [(0, 0), (5, 5), (4.6, 5), (None, None)])
def test_a_number_is_an_integer_within_its_bounds(number, read):
    assert event_with(n=number).number("n", largest=5) == read


@pytest.mark.parametrize(
    ("number", "problem"), [(-0.1, "invalid"), (5.1, "invalid"), (True, "wrong_type"), ("4", "wrong_type")]
)
def test_other_numbers_are_refused(number, problem):
    assert flaw_of(event_with(n=number).number, "n", largest=5) == (problem, "data.n")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("7", "7"),
        (7, "7"),
        ("x" * 255, "x" * 255),
        ("x" * 256, None),
        ("", None),
        (True, None),
        (None, None),
        ("\0", None),
    ],
)
def test_an_unusable_id_is_replaced_by_a_hash_of_the_body(given, kept):
    event = read(id=given)
    assert event.id == kept if kept else event.id.startswith("sha256:")
    assert len(event.id) <= 255
    assert event.parse_error is None


def test_a_name_has_up_to_100_characters():
    assert read(event="x").name == "x"
    assert read(event="x" * 100).name == "x" * 100
    flawed = read(event="x" * 101)
    assert flawed.parse_error is not None
    assert (flawed.name, flawed.parse_error.problem, flawed.parse_error.where) == ("", "invalid", "event")


def test_an_unreadable_event_is_dated_by_its_receipt_and_identified_by_its_bytes():
    one, other = (read_event(body, NOON) for body in (b"{nope", b"{nope!"))
    assert (one.occurred_at, one.received_at, one.data) == (NOON, NOON, {})
    assert one.id != other.id


def test_an_event_uses_its_own_times_if_it_has_any():
    created, sent = "2026-03-09T10:00:00Z", "2026-03-09 11:00:00"
    event = read(data={"createdAt": created}, sentDate=sent)
    assert (event.occurred_at, event.sent_at) == (parse_time(created), parse_time(sent))
    assert read(sentDate=sent).occurred_at == parse_time(sent)
    assert read().occurred_at == NOON
    assert read(data=None).data == {}
    assert read(data=[1]).data == [1]


def test_a_time_is_plausible_from_2010_to_a_day_ahead():
    first, last = datetime(2010, 1, 1, tzinfo=UTC), NOON + timedelta(days=1)
    for time in (first, last):
        event = read(data={"createdAt": time.isoformat()}, sentDate=time.isoformat())
        assert (event.occurred_at, event.sent_at, event.implausible_times) == (min(time, NOON), time, "")
    for time in (first - timedelta(seconds=1), last + timedelta(seconds=1)):
        event = read(data={"createdAt": time.isoformat()}, sentDate=time.isoformat())
        assert (event.occurred_at, event.sent_at) == (NOON, None)
        assert event.implausible_times == f"sentDate = {time.isoformat()}, data.createdAt = {time.isoformat()}"


@pytest.mark.parametrize(
    "text",
    [None, 5, "", "2026-03-10", "2026-03-10T", "2026-13-10T10:00:00Z", "2026-03-10T10:00:00" + "0" * 30, "9" * 41],
)
def test_an_invalid_time_is_none(text):
    assert parse_time(text) is None


def test_whitespace_around_a_time_is_ignored():
    assert parse_time(" 2026-03-10 09:00:00-03:00 ") == NOON


def test_nul_and_lone_surrogates_are_not_storable():
    assert [is_storable(text) for text in ("", "é", "\0", "a\0", "\ud83d")] == [True, True, False, False, False]


def test_a_name_that_normalization_lengthens_is_truncated_by_one_character():
    keycap = "1\u20e3"  # in full with a sign between
    assert event_with(name="a" * 253 + keycap).name_at("name") == "a" * 253 + "1"
    assert event_with(name="a" * 252 + keycap).name_at("name") == "a" * 252 + "1\ufe0f\u20e3"


@pytest.mark.parametrize(("text", "year"), [("0001-01-01T00:00:00+14:00", 1), ("9999-12-31T23:59:59-12:00", 9999)])
def test_a_time_at_either_end_of_the_calendar_is_read_without_its_zone(text, year):
    moment = parse_time(text)
    assert moment is not None
    assert (moment.year, moment.tzinfo) == (year, UTC)


def test_a_name_that_emoji_lengthen_is_truncated(team):
    event = Event("nutror.learner_help", "1", NOON, NOON, data={"name": "❤\u200d🔥" * 85})
    assert len(event.name_at("name")) <= 255
    assert event.name_at("name").startswith("❤️\u200d🔥")
