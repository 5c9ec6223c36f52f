"""Which addresses can be written to, and how one is shown."""

import pytest
from django.core.mail.message import sanitize_address
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.ui.email_addresses import is_mailable
from helpdesk.ui.templatetags.ui import breaking_at


@pytest.mark.parametrize(
    "address",
    [
        "maria@example.com",
        "maria.silva+curso@mail.example.com.br",
        '"a<b>"@exämple.com',
        "maria..silva.@docomo.ne.jp",
        "o'neil@a_b.example",
        "maria@[192.0.2.1]",
    ],
)
def test_a_mailable_address(address):
    assert is_mailable(address)


@pytest.mark.parametrize(
    "address",
    [
        "maria,silva@gmail.com",
        "maria@gmail,com",
        "maria@gmail..com",
        "maria@gmail.com.",
        "maria@.com",
        "a;b@gmail.com",
        "x@y@gmail.com",
        "m(x)@gmail.com",
        "<maria@gmail.com>",
        'a"b@gmail.com',
        "joão@gmail.com",
        "maria@gmail.com;ana@gmail.com",
        f"a@{'b' * 64}.com",
        "a:b@gmail.com",
        "maria@",
        "",
    ],
)
def test_an_unmailable_address(address):
    assert not is_mailable(address)


@given(st.text('ab.,;:@"\\()<>[]-ä 1', min_size=1, max_size=5), st.text("ab.,;@()-ä", min_size=1, max_size=5))
def test_a_mailable_address_is_sent_to_unchanged(local, host):
    if is_mailable(f"{local}@{host}"):
        assert sanitize_address(f"{local}@{host}", "utf-8").rpartition("@")[0] == local


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("ana@escola.example", "ana<wbr>@escola.example"),
        ('"a@b"@x', "&quot;a@b&quot;<wbr>@x"),
        ("<i>", "&lt;i&gt;"),
        ("", ""),
    ],
)
def test_an_address_can_break_at_the_at_sign(address, shown):
    assert breaking_at(address) == shown
