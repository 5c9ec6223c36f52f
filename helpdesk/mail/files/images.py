"""Re-encodes images: this removes the location that a camera stored, and anything else hidden in the file."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageCms, ImageOps, ImageSequence
from pillow_heif import register_heif_opener

register_heif_opener(thumbnails=False)

FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "HEIF", "AVIF")
MOST_PIXELS = 60_000_000  # of one image: what the cameras of large phones produce
MOST_FRAMES = 300
MOST_PIXELS_OF_ALL_FRAMES = 120_000_000
LARGEST_SIDE = 3_000  # pixels; a larger image is scaled down
# A screenshot of a long scrolling page is many screens tall, and only legible at its own width.
WIDEST_STRIP = 1_500  # pixels of the shorter side
LONGEST_STRIP = 16_000  # pixels; WebP allows at most 16,383
QUALITY = 85
STILL_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "GIF": "image/gif", "WEBP": "image/webp"}
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}


class ImageRefused(Exception):
    """The bytes are no image that can be shown; the text says why, for the log."""


class ImageTooLarge(ImageRefused):
    """It has too many pixels to decode."""


@dataclass(frozen=True)
class SafeImage:
    """An image that we encoded ourselves."""

    data: bytes
    content_type: str
    width: int
    height: int


def rewrite_image(data: bytes) -> SafeImage:
    """The image with nothing but its pixels. Raises ImageRefused; if it is too large, before decoding it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _rewrite(data)
    except ImageRefused:
        raise
    except Image.DecompressionBombError as error:
        raise ImageTooLarge("too many pixels") from error
    except Exception as error:  # decoders raise all kinds of errors on broken files
        raise ImageRefused(f"not readable: {type(error).__name__}") from error


def _rewrite(data: bytes) -> SafeImage:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        found = image.format or ""
        width, height = image.size
        if not 0 < width * height <= MOST_PIXELS:
            raise ImageTooLarge(f"{width} × {height} pixels")
        if found in {"GIF", "WEBP", "PNG"} and getattr(image, "is_animated", False):
            return _animated(image, found)
        largest = LONGEST_STRIP if min(width, height) <= WIDEST_STRIP else LARGEST_SIDE
        if found == "JPEG":
            image.draft(None, (largest, largest))
        image.thumbnail((largest, largest))
        return _written(ImageOps.exif_transpose(_in_srgb(image)), found)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Convert colours to sRGB, because the colour profile is removed with all other metadata."""
    has_alpha = image.mode in {"RGBA", "LA", "PA"} or "transparency" in image.info
    profile = image.info.get("icc_profile")
    plain = image.convert("RGBA" if has_alpha else "RGB")
    plain.info = {"exif": image.info["exif"]} if "exif" in image.info else {}
    if not profile or image.mode not in {"RGB", "RGBA"} or len(profile) > 1024 * 1024:
        return plain
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(plain.convert("RGB"), source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return plain
    if turned is None:
        return plain
    if has_alpha:
        turned.putalpha(plain.getchannel("A"))
    turned.info = plain.info
    return turned


def _written(image: Image.Image, found: str) -> SafeImage:
    kind = found if found in {"PNG", "GIF", "WEBP"} or image.mode != "RGBA" else "PNG"
    kind = kind if kind in STILL_TYPES else "JPEG"
    kind = "PNG" if kind == "GIF" else kind
    image.info = {}  # keys of which encoders would write comments, profiles and the location
    written = io.BytesIO()
    if kind == "JPEG":
        image.convert("RGB").save(written, "JPEG", quality=QUALITY, exif=b"")
    elif kind == "WEBP":
        image.save(written, "WEBP", quality=QUALITY, exif=b"")
    else:
        image.save(written, kind, exif=b"")
    return SafeImage(written.getvalue(), STILL_TYPES[kind], *image.size)


def _animated(image: Image.Image, found: str) -> SafeImage:
    count = getattr(image, "n_frames", 1)
    width, height = image.size
    if count > MOST_FRAMES or count * width * height > MOST_PIXELS_OF_ALL_FRAMES:
        raise ImageTooLarge(f"{count} frames of {width} × {height} pixels")
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        frames.append(frame.convert("RGBA"))
        durations.append(min(max(int(frame.info.get("duration", 100) or 100), 20), 60_000))
    written = io.BytesIO()
    kind = "WEBP" if found == "WEBP" else "GIF" if found == "GIF" else "PNG"
    frames[0].save(written, kind, save_all=True, append_images=frames[1:], duration=durations, loop=0)
    return SafeImage(written.getvalue(), STILL_TYPES[kind], width, height)
