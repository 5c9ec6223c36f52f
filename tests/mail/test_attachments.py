"""Incoming files are re-encoded pictures, downloads, or refused."""

from __future__ import annotations

import io
import struct
import zlib

import pytest
from PIL import Image
from pillow_heif import from_pillow

from helpdesk.mail.files.attachments import Refusal, make_safe
from helpdesk.mail.files.images import LARGEST_SIDE, LONGEST_STRIP, WIDEST_STRIP
from helpdesk.mail.parsed import LARGEST_FILE, MailAttachment

SECRET = b"Rua das Flores 7"


def picture(kind: str, size: tuple[int, int] = (40, 30), mode: str = "RGB", **options) -> bytes:
    """A picture's bytes."""
    written = io.BytesIO()
    Image.new(mode, size, "red").save(written, kind, **options)
    return written.getvalue()


def with_place() -> Image.Exif:
    """What a phone writes: where it was, and that it was held upright."""
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (23.0, 33.0, 1.0)
    return exif


def safe(name: str, data: bytes):
    """What may be kept of it, whatever the sender calls it."""
    return make_safe(MailAttachment(name, "image/png", data, "um@x", is_inline=True))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_pictures_lose_their_location_and_are_turned_upright(kind):
    """The pixels stay, turned as they are meant."""
    found = safe("foto", picture(kind, exif=with_place()))
    assert found.is_image
    assert found.is_inline
    assert SECRET not in found.data
    with Image.open(io.BytesIO(found.data)) as image:
        assert image.size == (30, 40)
        assert not image.getexif()


def test_heic_is_converted_to_jpeg():
    """Which every browser shows."""
    written = io.BytesIO()
    from_pillow(Image.new("RGB", (40, 30), "red")).save(written)
    found = safe("IMG_1.HEIC", written.getvalue())
    assert (found.name, found.content_type, found.is_image) == ("IMG_1.jpg", "image/jpeg", True)


def test_animations_are_kept():
    """Within bounds."""
    frames = [Image.new("RGB", (20, 20), (40 * n, 0, 0)) for n in range(4)]
    written = io.BytesIO()
    frames[0].save(written, "GIF", save_all=True, append_images=frames[1:], duration=80)
    with Image.open(io.BytesIO(safe("a.gif", written.getvalue()).data)) as image:
        assert getattr(image, "n_frames", 1) == 4


def chunk(kind: bytes, data: bytes) -> bytes:
    """A piece of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("side", [9_000, 60_000])
def test_decompression_bombs_are_refused_before_decoding(side):
    """By what they say of their size."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes(1_000)))
        + chunk(b"IEND", b"")
    )
    found = safe("b.png", bomb)
    assert (found.refusal, found.data) == (Refusal.BOMB, b"")


def test_large_pictures_are_scaled_down():
    """To what a screen shows."""
    with Image.open(io.BytesIO(safe("a.jpg", picture("JPEG", (LARGEST_SIDE * 2, WIDEST_STRIP + 1))).data)) as image:
        assert max(image.size) == LARGEST_SIDE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_long_screenshot_stays_legible(kind):
    with Image.open(io.BytesIO(safe("a.png", picture(kind, (1_080, 12_000))).data)) as image:
        assert image.size == (1_080, 12_000)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_an_extremely_long_picture_is_shortened(kind):
    with Image.open(io.BytesIO(safe("a.png", picture(kind, (800, 32_000))).data)) as image:
        assert image.size == (LONGEST_STRIP * 800 // 32_000, LONGEST_STRIP)


def test_data_appended_to_a_picture_is_removed():
    """A file that is two kinds at once becomes one."""
    found = safe("a.jpg", picture("JPEG") + b"<script>alert(1)</script>PK\x03\x04")
    assert found.is_image
    assert b"script" not in found.data


@pytest.mark.parametrize(
    ("name", "data", "refusal"),
    [
        ("a.exe", b"abc", Refusal.PROGRAM),
        ("foto.jpg.exe. ", b"abc", Refusal.PROGRAM),
        ("nota.pdf", b"MZ\x90", Refusal.PROGRAM),
        ("nota", b"\x7fELF", Refusal.PROGRAM),
        ("a.bat", b"del", Refusal.PROGRAM),
        ("a.txt", b"", Refusal.EMPTY),
        ("a.txt", bytes(LARGEST_FILE + 1), Refusal.TOO_LARGE),
    ],
)
def test_programs_and_oversized_files_are_refused(name, data, refusal):
    """Programs by name or bytes, and what is too large."""
    found = safe(name, data)
    assert (found.refusal, found.data) == (refusal, b"")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.svg", b'<?xml version="1.0"?><svg onload="alert(1)"/>', "application/octet-stream"),
        ("a.html", b"<!doctype html>", "application/octet-stream"),
        ("a.png", b"<script>alert(1)</script>", "application/octet-stream"),
        ("a.jpg", b"\xff\xd8\xff\xe0 broken", "application/octet-stream"),
        ("a.pdf", b"%PDF-1.4", "application/pdf"),
        ("a.docx", b"PK\x03\x04", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.txt", b"Oi", "text/plain"),
        ("a.txt", b"\0\0", "application/octet-stream"),
        ("a", b"Oi", "application/octet-stream"),
    ],
)
def test_other_files_are_only_downloaded(name, data, kind):
    """By what it is, not by what it is called."""
    found = safe(name, data)
    assert (found.content_type, found.is_image, found.is_inline, found.data) == (kind, False, False, data)
