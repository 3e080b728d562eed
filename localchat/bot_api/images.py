"""Is it a photo, and which sizes does Telegram make of it; the only importer of Pillow."""

import io
import math

from PIL import Image, UnidentifiedImageError

from localchat.errors import bad_request

MAX_BYTES = 10 * 1024 * 1024
MAX_WIDTH_PLUS_HEIGHT = 10_000
MAX_RATIO = 20
_LONGEST_SIDES = (90, 320, 800)


def measure(data: bytes) -> tuple[int, int]:
    """Check that bytes are a photo as `sendPhoto` takes it.

    Args:
        data: The uploaded file.

    Returns:
        Width and height in pixels.

    Raises:
        ApiError: 400, too big, not an image, or of a shape that Telegram refuses.
    """
    if len(data) > MAX_BYTES:
        raise bad_request(f"file is too big: photos are limited to {MAX_BYTES} bytes")
    try:
        with Image.open(io.BytesIO(data)) as image:
            width, height = image.size
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as err:
        raise bad_request("IMAGE_PROCESS_FAILED") from err
    if width + height > MAX_WIDTH_PLUS_HEIGHT:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    if max(width, height) > MAX_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height


def sizes(width: int, height: int) -> tuple[tuple[int, int], ...]:
    """Return the sizes of a photo, smallest first, the original last.

    Args:
        width: Pixels of the original.
        height: Pixels of the original.
    """
    longest = max(width, height)
    smaller = [
        (max(1, math.floor(width * side / longest)), max(1, math.floor(height * side / longest)))
        for side in _LONGEST_SIDES
        if side < longest
    ]
    return (*smaller, (width, height))


def scaled(data: bytes, width: int, height: int) -> bytes:
    """Return a photo as JPEG of another size.

    Args:
        data: The original.
        width: Pixels wanted.
        height: Pixels wanted.
    """
    with Image.open(io.BytesIO(data)) as image:
        small = image.convert("RGB").resize((width, height))
    out = io.BytesIO()
    small.save(out, "JPEG", quality=87)
    return out.getvalue()


def media_type(data: bytes) -> str:
    """Return the media type of a photo.

    Args:
        data: Bytes that `measure` has let pass.
    """
    with Image.open(io.BytesIO(data)) as image:
        return Image.MIME.get(image.format or "", "application/octet-stream")
