"""How much memory processes hold, as Linux tells it."""

from __future__ import annotations

import re
from pathlib import Path


def resident(process: Path = Path("/proc/self")) -> int:
    """Bytes that a process holds, by its folder under /proc."""
    return int(re.search(r"VmRSS:\s+(\d+) kB", (process / "status").read_text())[1]) * 1024


def of_group(group: int) -> int:
    """Bytes that the processes of a group hold together."""
    found = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            # After the name in brackets, which may hold anything: state, parent, group.
            if int(stat.read_text().rpartition(")")[2].split()[2]) == group:
                found += resident(stat.parent)
        except (FileNotFoundError, ProcessLookupError):
            continue  # it has just ended
    return found
