"""Another Wagtail site takes the mixins of pages without taking the portal."""

import subprocess
import sys

import pytest

from tests.harness import ROOT

pytestmark = pytest.mark.once


def test_a_site_without_the_portal_makes_pages_of_its_mixins():
    done = subprocess.run(
        [sys.executable, "-m", "tests.sites.fairs.visit"],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )

    assert done.returncode == 0, f"{done.stdout[-4000:]}\n{done.stderr[-4000:]}"
    assert "fairs_fairpage_starts_before_it_ends" in done.stdout
    assert "fairs_fairpage_opens_before_it_closes" in done.stdout
    assert "fairs_fairpage_resources_from_low_to_high" in done.stdout
    assert done.stdout.endswith("stands\n")
