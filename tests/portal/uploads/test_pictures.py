"""Re-encoding: what people send becomes two JPEGs of our own, or is refused with a reason that names the file."""

import io
import os
import re
import signal
import time
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from PIL import Image

from portal.uploads import decoding, reencode, sandbox
from portal.uploads.decoding import MAX_BYTES
from portal.uploads.pictures import SENTENCES, reencoded
from tests.portal.uploads.pictures import (
    GPS_IFD,
    HTML,
    SVG,
    black_png,
    encoded,
    located_exif,
    picture,
    png,
    polyglot,
    upload,
)

pytestmark = pytest.mark.once


def opened(content):
    return Image.open(io.BytesIO(content))


def refusal_of(content, name="photo.jpg", content_type="image/jpeg"):
    with pytest.raises(ValidationError) as refused:
        reencoded(upload(content, name, content_type))
    assert name in refused.value.messages[0]
    return refused.value.code


def pillow_heif():
    import pillow_heif

    pillow_heif.register_heif_opener()
    return "HEIF"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_what_phones_make_becomes_two_jpegs(kind):
    if kind == "HEIF":
        pillow_heif()
    made = reencoded(upload(encoded(picture((2400, 1800), colour=(200, 30, 30)), kind), "x.bin", "text/html"))
    large, small = opened(made.large), opened(made.small)
    assert (large.format, large.size, small.format, small.size) == ("JPEG", (2000, 1500), "JPEG", (480, 360))
    assert (made.width, made.height) == (2000, 1500)
    assert all(
        abs(seen - sent) < 12 for seen, sent in zip(large.getpixel((9, 9)), (200, 30, 30), strict=True)
    )


def test_a_small_picture_is_not_blown_up():
    made = reencoded(upload(encoded(picture((64, 48)))))
    assert (made.width, made.height, opened(made.small).size) == (64, 48, (64, 48))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_the_place_where_a_photo_was_taken_is_gone(kind):
    if kind == "HEIF":
        pillow_heif()
    source = encoded(picture(), kind, exif=located_exif())
    assert opened(source).getexif().get_ifd(GPS_IFD)  # the test would otherwise prove nothing
    made = reencoded(upload(source))
    for content in (made.large, made.small):
        result = opened(content)
        assert not result.getexif()
        assert set(result.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        assert b"A camera" not in content
        assert b"Exif" not in content


def test_comments_colour_profiles_and_xmp_are_gone():
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    source = encoded(
        picture(), comment=b"our house", xmp=b"<x:xmpmeta>our house</x:xmpmeta>", icc_profile=profile
    )
    made = reencoded(upload(source))
    assert b"our house" in source
    assert b"our house" not in made.large + made.small
    assert b"ICC_PROFILE" not in made.large + made.small


def test_a_photo_taken_upright_stands_upright():
    lying = picture((60, 40), colour="white")
    lying.paste("red", (0, 0, 60, 8))  # the camera's top edge, which belongs on the right (orientation 6)
    made = reencoded(upload(encoded(lying, exif=located_exif(orientation=6), quality=95)))
    upright = opened(made.large)
    assert upright.size == (40, 60)
    red, _green, blue = upright.getpixel((38, 30))
    assert red > 200
    assert blue < 80


@pytest.mark.parametrize("mode", ["L", "1", "P", "RGBA", "LA", "CMYK", "I;16"])
def test_every_mode_of_colour_is_readable(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"
    source = picture((30, 20), colour="white") if mode != "I;16" else Image.new("I;16", (30, 20), 65535)
    made = reencoded(upload(encoded(source if mode == "I;16" else source.convert(mode), kind)))
    assert min(opened(made.large).convert("RGB").getpixel((5, 5))) > 240


def test_transparency_becomes_white_and_not_black():
    made = reencoded(upload(encoded(picture(colour=(0, 0, 0, 0), mode="RGBA"), "PNG")))
    assert opened(made.large).getpixel((5, 5)) == (255, 255, 255)


def test_of_an_animation_the_first_picture_is_taken():
    frames = [picture(colour="red"), picture(colour="blue")]
    made = reencoded(upload(encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:])))
    red, _green, blue = opened(made.large).getpixel((5, 5))
    assert red > 200
    assert blue < 80


def test_a_polyglot_leaves_only_its_picture():
    source = polyglot()
    made = reencoded(upload(source))
    for content in (made.large, made.small):
        assert b"<script" not in content
        assert b"page.html" not in content
        assert content.startswith(b"\xff\xd8")
        assert content.endswith(b"\xff\xd9")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (b"", "nothing.jpg", "empty"),
        (b"\0" * (MAX_BYTES + 1), "large.jpg", "too_big"),
        (SVG, "drawing.svg", "not_a_photo"),
        (HTML, "page.html", "not_a_photo"),
        (SVG, "drawing.jpg", "not_a_photo"),
        (b"GIF89a" + bytes(64), "old.gif", "not_a_photo"),
        (b"%PDF-1.7\n", "paper.pdf", "not_a_photo"),
        (os.urandom(4096), "noise.jpg", "not_a_photo"),
        (encoded(picture((800, 600)), quality=95)[:-2000], "cut.jpg", "damaged"),
        (encoded(picture((800, 600)), "PNG")[:-40], "cut.png", "damaged"),
        (encoded(Image.effect_noise((800, 600), 50), "WEBP")[:-3000], "cut.webp", "damaged"),
        (png(300, 300, b"no deflate stream"), "lie.png", "damaged"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_photo_is_refused_with_its_name(content, name, code):
    assert refusal_of(content, name) == code


def test_a_cut_heic_is_refused():
    source = encoded(Image.effect_noise((800, 600), 50).convert("RGB"), pillow_heif())
    assert refusal_of(source[: len(source) // 2], "cut.heic") in ("damaged", "not_a_photo")
    assert refusal_of(b"\0\0\0\x18ftypheic" + bytes(40), "head.heic") in ("damaged", "not_a_photo")


def peak_memory():
    return int(re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024


def test_13000_by_13000_pixels_cost_the_server_nothing():
    source = black_png(13_000, 13_000)
    assert len(source) < 1_000_000  # it looks harmless
    Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew: an earlier one would hide this one
    before, started = peak_memory(), time.monotonic()
    assert refusal_of(source, "bomb.png") == "too_many_pixels"
    assert peak_memory() - before < 50_000_000
    assert time.monotonic() - started < 5


def webp(chunk, content):
    body = b"WEBP" + chunk + len(content).to_bytes(4, "little") + content
    return b"RIFF" + len(body).to_bytes(4, "little") + body + bytes(40)


@pytest.mark.parametrize(
    "content",
    [
        webp(b"VP8X", bytes(4) + (12_999).to_bytes(3, "little") * 2),
        webp(b"VP8L", b"\x2f" + (12_999 | 12_999 << 14).to_bytes(4, "little")),
        webp(b"VP8 ", b"\x10\0\0\x9d\x01\x2a" + (13_000).to_bytes(2, "little") * 2),
    ],
    ids=["extended", "lossless", "lossy"],
)
def test_a_huge_webp_is_known_by_its_header(content):
    assert refusal_of(content, "bomb.webp") == "too_many_pixels"


def test_a_webp_may_be_as_large_as_its_decoder_is_modest():
    assert reencoded(upload(encoded(picture((3600, 2700)), "WEBP", lossless=True, method=0))).width == 2000
    large = encoded(picture((4000, 3000)), "WEBP", lossless=True, method=0)
    assert refusal_of(large, "large.webp") == "too_heavy"


def test_25_megapixels_are_taken_and_more_are_not():
    assert reencoded(upload(black_png(5000, 5000))).width == 2000
    assert refusal_of(black_png(5001, 5000)) == "too_many_pixels"


# -- The child process ------------------------------------------------------------------------------------------------


def test_a_jpeg_that_is_drawn_again_and_again_is_not_opened():
    """A scan of some bytes costs as much as the whole picture, and a file has room for thousands."""
    content = encoded(picture((2400, 1800)), "JPEG", progressive=True)
    assert reencoded(upload(content, "x.jpg", "image/jpeg")).width == 2000
    end = content[-2:]
    scan = content[content.rindex(b"\xff\xda") : -2]

    assert refusal_of(content[:-2] + scan * 100 + end) == "too_heavy"


def test_what_a_phone_puts_behind_a_picture_is_not_held_against_it():
    film = b"\xff\xda\0\x08" * 1000

    assert reencoded(upload(encoded(picture((2400, 1800)), "JPEG") + film)).width == 2000


def child_that(monkeypatch, tmp_path, code):
    script = tmp_path / "child.py"
    script.write_text(code)
    monkeypatch.setattr(reencode, "__file__", str(script))
    return upload(encoded(picture()), "photo.jpg")


def test_a_child_that_crashes_is_a_damaged_picture(monkeypatch, tmp_path):
    file = child_that(monkeypatch, tmp_path, f"import os; os.kill(os.getpid(), {int(signal.SIGSEGV)})")
    with pytest.raises(ValidationError) as refused:
        reencoded(file)
    assert refused.value.code == "damaged"


def test_a_child_that_takes_too_long_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr(reencode, "WALL_SECONDS", 0.5)
    pid_file = tmp_path / "pid"
    file = child_that(
        monkeypatch,
        tmp_path,
        f"import os, time; open({str(pid_file)!r}, 'w').write(str(os.getpid())); time.sleep(60)",
    )
    with pytest.raises(ValidationError) as refused:
        reencoded(file)
    assert refused.value.code == "too_heavy"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid_file.read_text()), 0)


def test_the_child_may_not_take_more_memory_than_its_limit(monkeypatch, tmp_path):
    code = Path(reencode.__file__).read_text()
    greedy = code.replace("    image = open_picture(source)\n", "    bytearray(2**30)\n")
    assert greedy != code
    with pytest.raises(ValidationError) as refused:
        reencoded(child_that(monkeypatch, tmp_path, greedy))
    assert refused.value.code == "too_heavy"


def test_the_child_sees_no_secret_of_the_server(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "not for decoders")
    seen = tmp_path / "seen"
    file = child_that(
        monkeypatch, tmp_path, f"import os; open({str(seen)!r}, 'w').write(repr(dict(os.environ)))"
    )
    with pytest.raises(ValidationError):
        reencoded(file)
    assert "not for decoders" not in seen.read_text()


def test_only_two_children_work_at_a_time(monkeypatch):
    for _ in range(2):
        assert decoding._children.acquire(blocking=False)
    try:
        with monkeypatch.context() as soon:
            soon.setattr(reencode, "WALL_SECONDS", 0.3)
            assert refusal_of(encoded(picture())) == "busy"
    finally:
        for _ in range(2):
            decoding._children.release()
    assert reencoded(upload(encoded(picture()))).width == 64


def test_every_code_the_child_may_answer_has_its_sentence():
    told = "".join(Path(module.__file__).read_text() for module in (reencode, sandbox, decoding))
    codes = set(re.findall(r'Refused\("(\w+)"\)|"error": "(\w+)"', told))
    assert {first or second for first, second in codes} <= set(SENTENCES)


def test_a_files_name_cannot_bend_the_sentence_around_it():
    name = "\u202e\n" + "very long " * 30 + ".jpg"
    with pytest.raises(ValidationError) as refused:
        reencoded(upload(b"", name))
    message = refused.value.messages[0]
    assert "\u202e" not in message
    assert "\n" not in message
    assert len(message) < 120
