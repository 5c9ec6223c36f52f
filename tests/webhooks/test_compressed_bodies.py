"""What comes compressed is stored as it was signed, and read if it can be."""

import codecs
import gzip
import json
import zlib

import pytest

from helpdesk.tickets.models import Ticket
from tests.webhooks.sender import deliver, learner_help, process, send
from webhooks.actions import add_key
from webhooks.events import MAX_BODY, MOST_MEMBERS
from webhooks.models import Delivery

pytestmark = pytest.mark.django_db


def gzipped(event):
    return gzip.compress(json.dumps(event).encode())


def gzip_in_two(body):
    return gzip.compress(body[:40]) + gzip.compress(body[40:])


def deflate_without_envelope(body):
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return compressor.compress(body) + compressor.flush()


@pytest.mark.parametrize(
    ("compress", "encoding"),
    [
        (gzip.compress, "gzip"),
        (gzip.compress, "gzip, identity"),
        (gzip_in_two, "x-gzip"),
        (lambda body: gzip.compress(body) + bytes(100), "gzip"),  # filled up to a block
        (lambda body: codecs.BOM_UTF8 + body, "gzip"),  # decompressed on its way
        (lambda body: body.decode().encode("utf-16"), "gzip"),
        (lambda body: body.decode().encode("utf-16-be"), "gzip"),
        (zlib.compress, "deflate"),
        (deflate_without_envelope, "deflate"),
        (lambda body: gzip.compress(zlib.compress(body)), "deflate, gzip"),
    ],
)
def test_a_compressed_body_is_stored_as_signed_and_read(client, source, compress, encoding):
    body = compress(json.dumps(learner_help()).encode())
    delivery = deliver(client, source, body, headers={"content-encoding": encoding})
    assert (delivery.outcome, bytes(delivery.body), delivery.event) == ("processed", body, "nutror.learner_help")
    assert Ticket.objects.get().learner.email == "learner@eduzz.com"


@pytest.mark.parametrize(
    ("body", "words"),
    [(b"nothing compressed", "incorrect header check"), (gzip.compress(b"{}", mtime=0)[:-9], "(incomplete)")],
)
def test_an_unreadable_compressed_body_is_explained(client, source, body, words):
    assert words in deliver(client, source, body, headers={"content-encoding": "gzip"}).reason


@pytest.mark.parametrize("size", [MAX_BODY - 1, MAX_BODY])
def test_a_decompressed_body_may_have_the_maximum_size(client, source, size):
    body = json.dumps(learner_help()).encode()
    body = gzip.compress(body) + gzip.compress(b" " * (size - len(body)))
    assert deliver(client, source, body, headers={"content-encoding": "gzip"}).outcome == "processed"


@pytest.mark.parametrize(("more", "outcome"), [(0, "processed"), (1, "failed")])
def test_a_compressed_body_may_have_the_maximum_number_of_members(client, source, more, outcome):
    body = gzip.compress(json.dumps(learner_help()).encode()) + gzip.compress(b"") * (MOST_MEMBERS - 1 + more)
    assert deliver(client, source, body, headers={"content-encoding": "gzip"}).outcome == outcome


def test_a_plain_body_with_a_wrong_encoding_header_is_read(client, source):
    assert deliver(client, source, learner_help(), headers={"content-encoding": "gzip"}).outcome == "processed"


@pytest.mark.parametrize(
    ("body", "encoding", "problem"),
    [
        (gzip.compress(b"x" * (256 * 1024 + 1), mtime=0), "gzip", "too_large"),
        (gzip.compress(b"x" * 200_000, mtime=0) * 2, "gzip", "too_large"),
        (gzip.compress(b"{}", mtime=0)[:-9], "gzip", "encoding"),
        (b"nothing compressed", "gzip", "encoding"),
        (gzip.compress(b"", mtime=0) * 200, "gzip", "encoding"),
        (b"\x03\x00" * 200, "deflate", "encoding"),
        (b"\x0b\x02\x80{}\x03", "br", "encoding"),
        (b"?", "x" * 500, "encoding"),
        (b"?", "x" * 21, "encoding"),
        (b"?", "x" * 20, "encoding"),
    ],
)
def test_a_body_that_cannot_be_decompressed_is_stored_as_it_is(client, source, body, encoding, problem):
    delivery = deliver(client, source, body, headers={"content-encoding": encoding})
    assert (delivery.outcome, delivery.problem, bytes(delivery.body)) == ("failed", problem, body)


def test_a_compressed_event_is_verified_when_its_key_is_added(client, source):
    body = gzipped(learner_help())
    assert send(client, source, body, key="a-new-key-0001", headers={"content-encoding": "gzip"}).status_code == 401
    add_key(source, "a-new-key-0001")
    process()
    assert Delivery.objects.get().outcome == "processed"
