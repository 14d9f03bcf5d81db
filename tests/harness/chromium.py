"""Where Chromium is, and how it gets there on a fresh Debian machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

# The one without a window comes first: the others make a window's own pages as well, for nobody, with every page.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of a Chromium: CHROMIUM, or one on the PATH."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next(filter(None, map(shutil.which, NAMES)), None)


def find_or_install() -> tuple[str | None, str]:
    """The path of a Chromium, installed first where it is missing and we may; or None and the reason.

    A font for Arabic comes along where there is none: without it every picture of an Arabic page shows boxes.
    """
    missing = ([] if find() or os.environ.get("CHROMIUM") else [NAMES[0]]) + _missing_fonts()
    why_not = _install(missing) if missing and _may_install() else ""
    found = find()
    if found:
        return found, ""
    if os.environ.get("CHROMIUM"):
        return None, f"CHROMIUM names {os.environ['CHROMIUM']}, which cannot be run"
    return None, why_not or "no Chromium on the PATH (install it, or name it in CHROMIUM)"


def _missing_fonts() -> list[str]:
    if shutil.which("fc-list") is None:
        return ["fonts-noto-core"]
    known = subprocess.run(["fc-list", ":lang=ar", "family"], capture_output=True, text=True).stdout  # noqa: S607
    return [] if known.strip() else ["fonts-noto-core"]


def _may_install() -> bool:
    return os.geteuid() == 0 and Path("/etc/debian_version").exists() and shutil.which("apt-get") is not None


def _install(packages: list[str]) -> str:
    """Install Debian packages; returns why that failed, or nothing."""
    print(f"Installing {' and '.join(packages)} …", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(["apt-get", *command], env=environment, capture_output=True, text=True)
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "no word of why").splitlines()[-1]
            return f"apt-get {command[0]} failed: {last}"
    return ""
