"""Let one decoder work on a stranger's file with little memory, little time and nothing of the server's.

    python -I sandbox.py DECODER SOURCE TARGET...

loads the file DECODER, whose `reencode(source, *targets)` reads SOURCE, writes the TARGETs and returns a dict, and
prints that as JSON; or ``{"error": code}``: what the decoder's `Refused` says, ``too_heavy`` or ``damaged``. DECODER
names its limits: MEMORY_LIMIT (bytes of address space), CPU_SECONDS, OUTPUT_LIMIT (bytes a written file may have).

Decoders are the part of the portal that strangers can reach most easily with hostile bytes, so they run without the
server's environment and import nothing of Django.
"""

import importlib.util
import json
import sys


def load(path):
    spec = importlib.util.spec_from_file_location("decoder", path)
    decoder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(decoder)
    return decoder


def limit_ourselves(decoder):
    import resource

    for kind, most in (
        (resource.RLIMIT_AS, decoder.MEMORY_LIMIT),
        (resource.RLIMIT_CPU, decoder.CPU_SECONDS),
        (resource.RLIMIT_FSIZE, decoder.OUTPUT_LIMIT),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def main(path, *arguments):
    decoder = load(path)
    limit_ourselves(decoder)
    try:
        answer = decoder.reencode(*arguments)
    except decoder.Refused as refusal:
        answer = {"error": str(refusal)}
    except MemoryError:
        answer = {"error": "too_heavy"}
    except Exception:  # noqa: BLE001 - a decoder may raise anything on hostile bytes, and all of it means the same
        answer = {"error": "damaged"}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
