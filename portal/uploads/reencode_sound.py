"""Turn a stranger's recording into one of our own. Works in the child process of sandbox.py, never in the server.

AAC in an MP4 file, mono, 32 kbit/s: the one format that every phone of the last fifteen years plays without help, three
quarters of a megabyte for three minutes. The module's top level imports only what starts in milliseconds: the server
imports it for the constants.
"""

RATE = 24_000  # samples a second: twice what a voice needs
BITS = 32_000  # a second
MEMORY_LIMIT = 512 * 1024 * 1024  # bytes of address space, of which the libraries' code takes a half
CPU_SECONDS = 15
WALL_SECONDS = 30
OUTPUT_LIMIT = 4 * 1024 * 1024  # bytes
# What phones and browsers record, and what people send each other. No play list: such a "file" names other files.
CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,ogg,mp3,wav,aac,amr,flac,caf"
CODECS = (
    "aac,aac_latm,mp3,mp3float,opus,libopus,vorbis,flac,alac,amrnb,amrwb,"
    "pcm_s16le,pcm_s16be,pcm_u8,pcm_s24le,pcm_f32le,pcm_alaw,pcm_mulaw"
)
HEAD_SECONDS = 1  # what may be lost at an end before the rest counts as damaged


class Refused(Exception):
    """The recording is not taken; the argument is the error code."""


def open_recording(path):
    """The container and its sound, with nothing decoded yet."""
    import av

    options = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS, "codec_whitelist": CODECS}
    try:
        container = av.open(f"file:{path}", options=options, metadata_errors="ignore")
    except av.FFmpegError:
        raise Refused("not_a_sound") from None
    films = [stream for stream in container.streams.video if not is_cover(stream)]
    if films:
        raise Refused("a_film")
    if not container.streams.audio:
        raise Refused("not_a_sound")
    sound = container.streams.audio[0]
    sound.thread_count = 1
    return container, sound


def is_cover(stream):
    """A picture that stands on the file, as music has one."""
    import av

    return bool(stream.disposition & av.stream.Disposition.attached_pic)


def frames_of(container, sound):
    """What can be decoded: a recording that was cut off by a call is worth what there is of it."""
    import av

    try:
        yield from container.decode(sound)
    except av.FFmpegError:
        return


def reencode(source, target, most_seconds):
    """Write one MP4 without any metadata; "seconds" says how long it is, rounded up.

    `most_seconds` is the longest that is taken. Raises Refused with the code ``not_a_sound``, ``a_film``, ``too_long``
    or ``silent``.
    """
    import av

    container, sound = open_recording(source)
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
    most, samples = int(most_seconds) * RATE, 0
    with av.open(
        target, "w", format="mp4", options={"movflags": "+faststart", "fflags": "+bitexact"}
    ) as made:
        voice = made.add_stream("aac", rate=RATE, layout="mono", options={"flags": "+bitexact"})
        voice.bit_rate = BITS
        for frame in frames_of(container, sound):
            for piece in resampler.resample(frame):
                samples += piece.samples
                if samples > most + HEAD_SECONDS * RATE:
                    raise Refused("too_long")
                piece.pts = None
                made.mux(voice.encode(piece))
        for piece in resampler.resample(None):
            samples += piece.samples
            piece.pts = None
            made.mux(voice.encode(piece))
        if not samples:
            raise Refused("silent")
        made.mux(voice.encode(None))
    return {"seconds": -(-samples // RATE)}
