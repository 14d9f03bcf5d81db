"""Whatever a phone records becomes one format that every phone plays; whatever is no recording is refused in words."""

import io
import re
from pathlib import Path

import av
import pytest
from django.core.exceptions import ValidationError

from portal.uploads import decoding, recordings, reencode_sound, sandbox
from portal.uploads.recordings import SENTENCES, reencoded
from tests.portal.uploads.sounds import film, recording, sound


def refusal_of(content: bytes) -> str:
    with pytest.raises(ValidationError) as refused:
        reencoded(recording(content))
    assert "nota.webm" in refused.value.messages[0]
    return refused.value.code


@pytest.mark.parametrize(
    ("form", "codec", "rate"),
    [
        ("webm", "libopus", 48_000),
        ("ogg", "libopus", 48_000),
        ("mp4", "aac", 44_100),
        ("3gp", "aac", 44_100),
        ("mp3", "libmp3lame", 44_100),
        ("wav", "pcm_s16le", 8_000),
    ],
)
def test_what_phones_record_becomes_one_format(form, codec, rate):
    made = reencoded(recording(sound(3, form, codec, rate)))

    with av.open(io.BytesIO(made.content)) as container:
        (stream,) = container.streams
        assert (stream.codec_context.name, stream.layout.nb_channels) == ("aac", 1)
    assert made.seconds in (3, 4)
    assert len(made.content) < 20_000


def test_nothing_that_the_phone_wrote_into_it_is_kept():
    made = reencoded(
        recording(sound(1, "mp4", "aac", 44_100, title="casa di Elena", location="+45.46+009.19/"))
    )

    assert b"Elena" not in made.content
    assert b"45.46" not in made.content


def test_a_recording_of_an_hour_is_too_long(settings):
    settings.PORTAL_VOICE_SECONDS = 5  # an hour at the speed of a test
    assert refusal_of(sound(20)) == "too_long"


def test_one_of_three_minutes_is_taken(settings):
    settings.PORTAL_VOICE_SECONDS = 5
    assert reencoded(recording(sound(5))).seconds <= 6


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (bytes(10 * 1024 * 1024 + 1), "too_big"),
        (b"<script>alert(1)</script>" * 50, "not_a_sound"),
        # "Files" that name others, for the server to fetch.
        (b"#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1/secret.ts\n#EXT-X-ENDLIST\n", "not_a_sound"),
        (b"ffconcat version 1.0\nfile /etc/passwd\n", "not_a_sound"),
    ],
)
def test_what_is_no_recording_is_refused(content, code):
    assert refusal_of(content) == code


def test_a_video_is_refused():
    assert refusal_of(film()) == "a_film"


def test_a_recording_that_broke_off_is_worth_what_there_is_of_it():
    whole = sound(10)
    assert 2 <= reencoded(recording(whole[: len(whole) // 2])).seconds <= 7


def test_rubbish_in_the_middle_is_no_crash():
    whole = bytearray(sound(4))
    whole[300:3000] = bytes(range(256)) * 10 + bytes(140)
    try:
        seconds = reencoded(recording(bytes(whole))).seconds
    except ValidationError:
        return  # in words, like everything that is refused
    assert seconds <= 5


def test_every_code_has_its_sentence():
    told = "".join(Path(module.__file__).read_text() for module in (reencode_sound, sandbox, decoding))
    codes = set(re.findall(r'Refused\("(\w+)"\)|"error": "(\w+)"', told))
    assert {first or second for first, second in codes} <= set(SENTENCES) == set(recordings.SENTENCES)
