"""`make run`, as somebody types it who has just cloned the repository, and Ctrl-C, as they end it."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests

from tests.harness import ROOT, templates
from tests.harness.server import free_port, sign_in

pytestmark = pytest.mark.once

START_WITHIN = 180  # seconds, as for people
STOP_WITHIN = 20  # seconds
# What the run of the tests has set for itself; whoever types `make run` has none of it.
OURS = ("DJANGO_", "PORTAL_", "PYTEST_", "MAKE", "MFLAGS", "DATABASE_URL", "REDIS_URL")


@pytest.fixture
def var():
    """Where the demo has been loaded, by the commands that `make run` would take half a minute for, and no more."""
    with templates.copied("demo") as copy:
        yield copy.var


@pytest.fixture
def running(var):
    """(process, address, log) of `make run`, in the environment that we run in."""
    port, log = free_port(), var / "make.log"
    command = ["make", "run", f"PORT={port}", f"VENV={sys.prefix}", "-o", f"{sys.prefix}/.base"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**environment, "PORTAL_VAR": str(var)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield process, f"http://localhost:{port}", log
    finally:
        if left_of(process):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def left_of(process) -> list[str]:
    """The processes that still belong to that command."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, _, rest = status.read_text().rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(rest.split()[3]) == process.pid:
            found.append(name)
    return found


def health(url, process, log):
    """What /healthz answers first when all is well."""
    deadline = time.monotonic() + START_WITHIN
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            answer = requests.get(f"{url}/healthz", timeout=5)
        except requests.RequestException:
            time.sleep(0.2)
            continue
        if answer.status_code == 200:
            return answer.json()
        time.sleep(0.2)
    raise AssertionError(f"not well within {START_WITHIN} seconds:\n{log.read_text()}")


def test_make_run_serves_the_demo_until_somebody_ends_it(running):
    process, url, log = running

    well = health(url, process, log)
    assert well == {"status": "ok", "database": "ok", "channel_layer": "ok", "task_worker": "ok"}
    home = sign_in(url, "tenant").get(f"{url}/ar/casa/", timeout=30)
    assert home.status_code == 200
    assert "Samira" in home.text
    style = requests.get(f"{url}/", timeout=30).text.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert requests.get(f"{url}{style}", timeout=30).headers["Content-Type"].startswith("text/css")

    os.killpg(process.pid, signal.SIGINT)  # a terminal tells all that run in it
    process.wait(STOP_WITHIN)
    assert left_of(process) == []
