"""Where Chromium is, and how it gets there on a fresh Debian machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGES = ("chromium", "fonts-noto-core")


def find() -> str | None:
    """The path of a Chromium: CHROMIUM, or one on the PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


def find_or_install() -> tuple[str | None, str]:
    """The path of a Chromium, installed first where it is missing and we may; or None and the reason."""
    found = find()
    if found:
        return found, ""
    if os.environ.get("CHROMIUM"):
        return None, f"CHROMIUM names {os.environ['CHROMIUM']}, which cannot be run"
    if os.geteuid() != 0 or not Path("/etc/debian_version").exists() or not shutil.which("apt-get"):
        return None, "no Chromium on the PATH (install it, or name it in CHROMIUM)"
    print(f"Installing {' and '.join(PACKAGES)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "no word of why").splitlines()[-1]
            return None, f"no Chromium, and apt-get {command[0]} failed: {last}"
    found = find()
    return found, "" if found else "apt-get installed no Chromium"
