"""Damages e-mails at random, as broken relays and attackers do, to test the parser."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

Mutation = Callable[[bytes, random.Random, Sequence[bytes]], bytes]


def mutations(originals: Sequence[bytes], count: int, seed: int) -> Iterator[tuple[int, str, bytes]]:
    """`count` damaged e-mails, each with its original's index and the kind of damage; the same seed gives the same
    ones.
    """
    chance = random.Random(seed)
    for _ in range(count):
        place = chance.randrange(len(originals))
        damaged, names = originals[place], []
        for _ in range(chance.choice((1, 1, 1, 2, 3, 6))):
            mutation = chance.choice(MUTATIONS)
            damaged = mutation(damaged, chance, originals)
            names.append(mutation.__name__.strip("_"))
        yield place, "+".join(names), damaged


def _flip_bytes(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    changed = bytearray(mail)
    for _ in range(chance.choice((1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut_out(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, end = _range(mail, chance)
    return mail[:start] + mail[end:]


def _cut_off(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return mail[: chance.randrange(len(mail) + 1)]


def _repeat(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    start, end = _range(mail, chance)
    return mail[:end] + mail[start:end] * chance.choice((1, 2, 50)) + mail[end:]


def _insert_noise(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    at = chance.randrange(len(mail) + 1)
    return mail[:at] + chance.randbytes(chance.choice((1, 5, 200))) + mail[at:]


def _insert_sign(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    signs = (
        b"\0",
        b"\r",
        b"\n",
        b"\r\n\r\n",
        b"=?",
        b"?=",
        b'"',
        b"<",
        b">",
        b"(",
        b"=",
        b"--",
        b"\xed\xa0\x80",
        b"\xff\xfe",
    )
    at = chance.randrange(len(mail) + 1)
    return mail[:at] + chance.choice(signs) * chance.choice((1, 1, 1, 500)) + mail[at:]


def _splice(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    other = chance.choice(others)
    return mail[: chance.randrange(len(mail) + 1)] + other[chance.randrange(len(other) + 1) :]


def _swap_lines(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    lines = mail.splitlines(keepends=True)
    if len(lines) > 1:
        first, second = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[first], lines[second] = lines[second], lines[first]
    return b"".join(lines)


def _drop_blank_line(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    places = [match.span() for match in re.finditer(rb"\r?\n(?=\r?\n)", mail)]
    if not places:
        return mail
    start, end = chance.choice(places)
    return mail[:start] + mail[end:]


def _change_line_ends(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return mail.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\n", b"\r\n", b"\r", b"\r\r\n", b"\n\r")))


def _change_charset(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    names = (
        b"utf-8",
        b"utf-7",
        b"utf-16",
        b"x-unknown",
        b"hex",
        b"iso-2022-jp",
        b"gb2312",
        b"us-ascii",
        b"\xff",
        b"rot13",
        b"",
    )
    return re.sub(rb"charset=\"?[\w.-]+\"?", b"charset=" + chance.choice(names), mail)


def _change_encoding(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    names = (b"base64", b"quoted-printable", b"8bit", b"binary", b"x-uuencode", b"nonsense", b"")
    return re.sub(rb"(?i)(content-transfer-encoding:[ \t]*)[\w-]+", rb"\g<1>" + chance.choice(names), mail, count=1)


def _change_boundary(mail: bytes, chance: random.Random, others: Sequence[bytes]) -> bytes:
    return re.sub(
        rb"boundary=\"?[^\"\s;]+\"?", b"boundary=" + chance.choice((b'"other"', b'""', b"a" * 300)), mail, count=1
    )


def _range(mail: bytes, chance: random.Random) -> tuple[int, int]:
    start = chance.randrange(len(mail) + 1)
    return start, min(len(mail), start + chance.choice((1, 10, 100, 1000)))


MUTATIONS: Sequence[Mutation] = (
    _flip_bytes,
    _cut_out,
    _cut_off,
    _repeat,
    _insert_noise,
    _insert_sign,
    _splice,
    _swap_lines,
    _drop_blank_line,
    _change_line_ends,
    _change_charset,
    _change_encoding,
    _change_boundary,
)
