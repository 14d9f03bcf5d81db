"""`make test`: every stage, then what passed, what failed, what was skipped and why.

`python -m tests.harness [stage or group …]`. Under CI=true a skipped stage counts as a failure.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from . import PACKAGES, ROOT, chromium, services

BIN = Path(sys.executable).parent
TYPED = [f"portal/{room}" for room in ("extensions", "events", "ledger") if (ROOT / "portal" / room).is_dir()]
# Values of the right form: the production settings are checked, nothing is connected to.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "PORTAL_SECRET_KEY": "".join(chr(33 + (i * 37) % 90) for i in range(64)),
    "PORTAL_HOSTS": "portal.example",
    "PORTAL_FROM_EMAIL": "portal@portal.example",
    "DATABASE_URL": "postgres://portal@localhost/portal",
    "REDIS_URL": "redis://localhost/0",
    "PORTAL_DEMO": "0",
}
PYTEST = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "worksteal", "--durations=12"]


class Skip(Exception):
    """A stage cannot run here; the message says why."""


@dataclass(frozen=True)
class Stage:
    """One step of the proof: a command, with what it needs of the environment."""

    name: str
    command: list[str]
    group: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    prepare: Callable[[], dict[str, str]] | None = None
    with_services: bool = False

    def run(self) -> bool:
        environment = {**os.environ, **self.environment, **(self.prepare() if self.prepare else {})}
        if self.with_services:
            with services.running() as found:
                return self._call({**environment, **found})
        return self._call(environment)

    def _call(self, environment: dict[str, str]) -> bool:
        return (
            subprocess.run(self.command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL).returncode == 0
        )


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def with_chromium() -> dict[str, str]:
    path, why_not = chromium.find_or_install()
    if path is None:
        raise Skip(why_not)
    return {"CHROMIUM": path}


def with_a_var_of_its_own() -> dict[str, str]:
    """Commands that only look leave the installation's own files alone."""
    path = ROOT / "var" / "test" / "look"
    path.mkdir(parents=True, exist_ok=True)
    return {"PORTAL_VAR": str(path)}


def with_a_master_key() -> dict[str, str]:
    """As production is set up: its first master key is made by hand."""
    environment = with_a_var_of_its_own()
    if not (Path(environment["PORTAL_VAR"]) / "keys" / "master").exists():
        told = {**os.environ, **PRODUCTION, **environment}
        subprocess.run(manage("sealing", "--rotate"), cwd=ROOT, env=told, check=True)
    return environment


SOAK = {"PORTAL_SOAK": "1"}
# DATABASE_URL and REDIS_URL, where somebody names their own, are for the stage that is about them.
EMBEDDED = {"DATABASE_URL": "", "REDIS_URL": ""}
# Compiled in every run: the clone of a repository has none, and without them the portal speaks English only.
CATALOGUES = Stage("catalogues", manage("catalogues", "--compile"), prepare=with_a_var_of_its_own)
STAGES = [
    Stage("ruff", tool("ruff", "check", "."), "lint"),
    Stage("format", tool("ruff", "format", "--check", "."), "lint"),
    Stage("templates", tool("djlint", "--lint", "--quiet", *PACKAGES), "lint"),
    Stage("types", tool("mypy", *TYPED), "lint", prepare=with_a_var_of_its_own),
    Stage("dependencies", tool("deptry", "."), "lint"),
    # Tests and benchmarks may import what only the dev extra declares, and nothing that no extra declares.
    Stage(
        "test-dependencies",
        tool("deptry", "tests", "bench", "--ignore=DEP002,DEP004", "--exclude=^var", "--extend-exclude=^var"),
        "lint",
    ),
    Stage("contracts", tool("lint-imports"), "lint"),
    Stage(
        "migrations", manage("makemigrations", "--check", "--dry-run"), "lint", prepare=with_a_var_of_its_own
    ),
    CATALOGUES,
    Stage(
        "deploy",
        manage("check", "--deploy", "--fail-level", "WARNING"),
        "lint",
        PRODUCTION,
        with_a_master_key,
    ),
    Stage("sqlite", [*PYTEST, "-m", "not browser and not soak"], "suite", EMBEDDED),
    # What a second engine would prove nothing more of has been proved one stage before.
    Stage(
        "postgresql", [*PYTEST, "-m", "not browser and not soak and not once"], "suite", with_services=True
    ),
    Stage("browser", [*PYTEST, "-m", "browser and not soak"], environment=EMBEDDED, prepare=with_chromium),
]
SOAKED = [
    CATALOGUES,
    Stage("soak-sqlite", [*PYTEST, "-m", "not browser"], environment=SOAK | EMBEDDED),
    Stage(
        "soak-postgresql", [*PYTEST, "-m", "not browser and not once"], environment=SOAK, with_services=True
    ),
    Stage("soak-browser", [*PYTEST, "-m", "browser"], environment=SOAK | EMBEDDED, prepare=with_chromium),
]


def chosen(names: list[str]) -> list[Stage]:
    if not names:
        return STAGES
    if names == ["soak"]:
        return SOAKED
    stages = [stage for stage in STAGES if stage.name in names or stage.group in names]
    known = {stage.name for stage in stages} | {stage.group for stage in stages}
    if unknown := set(names) - known:
        raise SystemExit(
            f"no such stage: {', '.join(sorted(unknown))}. There are {', '.join(s.name for s in STAGES)}"
        )
    return stages


def main(names: list[str]) -> int:
    if names == ["list"]:
        print("\n".join(f"{stage.name:14}{stage.group}" for stage in STAGES))
        return 0
    passed, failed, skipped, lines = 0, 0, 0, []
    for stage in chosen(names):
        print(f"\n== {stage.name}: {' '.join(stage.command).replace(str(ROOT) + '/', '')}", flush=True)
        start = time.monotonic()
        try:
            outcome = "passed" if stage.run() else "FAILED"
        except Skip as reason:
            outcome = f"skipped: {reason}"
        passed += outcome == "passed"
        failed += outcome == "FAILED"
        skipped += outcome.startswith("skipped")
        lines.append(f"  {stage.name:18}{time.monotonic() - start:7.1f} s   {outcome}")
        print(f"== {stage.name} {outcome}", flush=True)
    print("\n" + "\n".join(lines))
    if skipped and os.environ.get("CI", "").lower() in ("1", "true"):
        print("A skipped stage is a failure here (CI=true).")
        failed, skipped = failed + skipped, 0
    print(f"stages: {passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
