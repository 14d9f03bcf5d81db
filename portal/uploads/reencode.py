"""Turn a stranger's picture into two of our own JPEGs. Works in the child process of sandbox.py, never in the server.

The module's top level imports only what starts in milliseconds: the server imports it for the constants.
"""

import re

MAX_PIXELS = 25_000_000
MAX_WEBP_PIXELS = (
    10_000_000  # its decoder keeps the whole picture several times over; no phone's camera writes it
)
LARGE_SIDE = 2000
SMALL_SIDE = 480
MEMORY_LIMIT = (
    640 * 1024 * 1024
)  # bytes of address space; 25 megapixels of PNG, the hungriest, keep 260 MiB of them
CPU_SECONDS = 8
NEXT_MARKER = re.compile(rb"\xff[^\x00\x01\xd0-\xd8\xff]")  # neither stuffed data nor one that stands alone
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9
MOST_SCANS = 64  # of one JPEG; a progressive one has about ten, and each more decodes the whole picture again
WALL_SECONDS = 20
OUTPUT_LIMIT = 16 * 1024 * 1024  # bytes a written file may have
FORMATS = ("JPEG", "PNG", "WEBP", "HEIF")
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1", b"hevc", b"hevx")


class Refused(Exception):
    """The picture is not taken; the argument is the error code."""


def webp_size(head):
    """(width, height) that a WebP header announces. Pillow allocates the whole canvas before it tells us."""
    kind = head[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(head[26:28], "little") & 0x3FFF, int.from_bytes(head[28:30], "little") & 0x3FFF


def open_picture(path):
    """The picture with its size checked and nothing decoded yet."""
    from PIL import Image, UnidentifiedImageError

    with open(path, "rb") as file:
        head = file.read(32)
    if head[:2] == b"\xff\xd8":
        refuse_if_many_scans(path)
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        width, height = webp_size(head)
        refuse_if_huge(width, height)
        if width * height > MAX_WEBP_PIXELS:
            raise Refused("too_heavy")
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS:
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
        formats = ("HEIF",)
    else:
        formats = ("JPEG", "PNG", "WEBP")
    Image.MAX_IMAGE_PIXELS = None  # our own, stricter check follows
    try:
        image = Image.open(path, formats=formats)
    except UnidentifiedImageError:
        raise Refused("not_a_photo") from None
    refuse_if_huge(*image.size)
    return image


def refuse_if_many_scans(path):
    """Go from marker to marker to the picture's end; what a phone puts behind it (a film, say) is not ours to read."""
    with open(path, "rb") as file:
        data = file.read()
    place, scans = 2, 0
    while (found := NEXT_MARKER.search(data, place)) and (marker := found[0][1]) != END_OF_IMAGE:
        scans += marker == START_OF_SCAN
        if scans > MOST_SCANS:
            raise Refused("too_heavy")
        # A segment tells its length; the coded data of a scan ends at the next marker.
        place = found.end() + int.from_bytes(data[found.end() : found.end() + 2], "big")


def refuse_if_huge(width, height):
    if width * height > MAX_PIXELS:
        raise Refused("too_many_pixels")


def flat_srgb(image):
    """A new RGB picture on white: nothing of the source's metadata, palette or transparency comes along."""
    from PIL import Image

    profile = image.info.get("icc_profile")
    if image.mode not in ("RGB", "L", "CMYK", "RGBA"):
        image = image.convert("RGBA")
    mask = image.getchannel("A") if image.mode == "RGBA" else None
    if mask is not None:
        image = image.convert("RGB")
    if profile:
        image = in_srgb(image, profile)
    flat = Image.new("RGB", image.size, "white")
    flat.paste(image.convert("RGB"), mask=mask)
    return flat


def in_srgb(image, profile):
    """Phones photograph in wider colour spaces; without its profile such a picture would look pale."""
    import io

    from PIL import ImageCms

    try:
        return ImageCms.profileToProfile(
            image,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def reencode(source, large, small):
    """Write two JPEGs without any metadata; "width" and "height" are those of the large one, in pixels.

    Raises Refused with the code ``not_a_photo``, ``too_many_pixels`` or ``too_heavy``.
    """
    from PIL import ImageOps

    image = open_picture(source)
    # Made small before it is turned: decoders can skip what is not needed, and turning copies the picture.
    image.thumbnail((LARGE_SIDE, LARGE_SIDE))
    picture = flat_srgb(ImageOps.exif_transpose(image))
    picture.save(large, "JPEG", quality=82, progressive=True, optimize=True)
    width, height = picture.size
    picture.thumbnail((SMALL_SIDE, SMALL_SIDE))
    picture.save(small, "JPEG", quality=75, progressive=True, optimize=True)
    return {"width": width, "height": height}
