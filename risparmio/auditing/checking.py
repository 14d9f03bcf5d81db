"""Whether a sealed archive is what it was when it was sealed. Needs Python alone, and the files beside it:

    python3 verifica.py --seal 9f2c…

looks at each file again, and then at each entry of the journal. What is wrong goes to the error output, and it fails.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MANIFEST = "MANIFEST.sha256"


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def wrong_in(folder: Path) -> Iterator[str]:
    """Files that are not what the manifest says, are missing, or came to it."""
    told: dict[str, str] = {}
    for line in (folder / MANIFEST).read_text(encoding="ascii").splitlines():
        digest, _blanks, name = line.partition("  ")
        told[name] = digest
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    for name in sorted(told.keys() - there):
        yield f"{name}: it is missing"
    for name in sorted(there - told.keys() - {MANIFEST}):
        yield f"{name}: it was not there when the archive was sealed"
    for name in sorted(told.keys() & there):
        if sha256(folder / name) != told[name]:
            yield f"{name}: it is not what it was"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Check a sealed archive.")
    parser.add_argument("--seal", default="", help="the seal as the portal shows it")
    options = parser.parse_args(arguments)
    folder = Path(__file__).resolve().parent
    try:
        seal = sha256(folder / MANIFEST)
        wrong = list(wrong_in(folder))
    except (OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 2
    if options.seal and options.seal.strip().lower() != seal:
        wrong.append(f"the seal is {seal}: this is not the archive that was sealed")
    for one in wrong:
        print(one, file=sys.stderr)  # noqa: T201
    # What checks the journal is run only as it was sealed.
    if not wrong:
        # -B: it leaves nothing behind that was not there.
        check = [sys.executable, "-B", folder / "checking.py", folder / "journal.jsonl"]
        done = subprocess.run(check, check=False)
        wrong = ["journal"] if done.returncode else []
    print(f"seal {seal}")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
