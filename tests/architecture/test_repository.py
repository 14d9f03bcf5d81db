"""The repository stands alone: what it installs, where it points, what it tells about itself."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.harness import ROOT

pytestmark = pytest.mark.once

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
LOCKS = ("base", "production", "dev")
# Written in two halves, so that this file does not name what it forbids.
REGISTRY_HOSTS = re.compile(r"(?:py" r"pi|pythonho" r"sted|npm" r"js)\.(?:org|com)|deb\.deb" r"ian\.org")
MACHINE_PATHS = re.compile(
    r"(?<![\w.<>{}/-])/(?:wo" + r"rk|fa" + r"rm|ro" + r"ot|ho" + r"me/\w+|Us" + r"ers)/[\w.-]"
)


def tracked() -> list[Path]:
    """The files of the repository: what git knows or would take in."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"], cwd=ROOT, capture_output=True
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def texts():
    for path in tracked():
        try:
            yield path.relative_to(ROOT), path.read_text()
        except UnicodeDecodeError:
            continue


def lines_with(pattern: re.Pattern) -> list[str]:
    return [
        f"{path}:{number}: {line.strip()[:120]}"
        for path, text in texts()
        if pattern.search(text)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def test_no_registry_is_named():
    assert REGISTRY_HOSTS.search("https://files.python" + "hosted.org/packages")
    assert REGISTRY_HOSTS.search("https://py" + "pi.org/simple")
    assert lines_with(REGISTRY_HOSTS) == []


def test_no_path_of_a_machine_is_named():
    assert MACHINE_PATHS.search("see /wo" + "rk/shared")
    assert MACHINE_PATHS.search("in /ho" + "me/anna/src")
    assert not MACHINE_PATHS.search("https://portal.example/ho" + "me/anna")
    assert lines_with(MACHINE_PATHS) == []


def requirements(name: str) -> dict[str, str]:
    """Pinned versions by package, each with at least one hash."""
    text = (ROOT / "requirements" / f"{name}.lock").read_text().replace("\\\n", " ")
    pinned = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = re.match(r"([\w.-]+)(?:\[[\w,-]+\])?==(\S+)", line)
        assert match, f"{name}.lock holds more than pinned packages: {line[:80]}"
        assert "--hash=sha256:" in line, f"{name}.lock pins {match[1]} without a hash"
        assert "://" not in line
        pinned[_normal(match[1])] = match[2]
    return pinned


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_pinned_packages_with_hashes_and_no_address(name):
    assert requirements(name)


@pytest.mark.parametrize(("smaller", "larger"), [("base", "production"), ("production", "dev")])
def test_a_larger_lock_holds_the_smaller_one_at_the_same_versions(smaller, larger):
    assert requirements(smaller).items() <= requirements(larger).items()


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_what_the_project_asks_for(name):
    extras = {"base": (), "production": ("production",), "dev": ("production", "dev")}[name]
    wanted = [
        *PROJECT["dependencies"],
        *(d for extra in extras for d in PROJECT["optional-dependencies"][extra]),
    ]
    missing = {_normal(re.match(r"[\w.-]+", line)[0]) for line in wanted} - requirements(name).keys()
    assert missing == set(), f"make lock: {name}.lock is older than pyproject.toml"


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_licence_is_the_european_union_public_licence():
    assert PROJECT["license"] == "EUPL-1.2"
    text = (ROOT / "LICENSE").read_text()
    assert text.startswith("EUROPEAN UNION PUBLIC LICENCE v. 1.2")
    assert "15.Applicable Law" in text


def test_publiccode_says_what_its_standard_asks_for():
    said = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    asked = {
        "publiccodeYmlVersion",
        "name",
        "url",
        "platforms",
        "categories",
        "developmentStatus",
        "softwareType",
    }
    assert asked | {"description", "legal", "maintenance", "localisation", "releaseDate"} <= said.keys()
    for description in said["description"].values():
        assert len(description["shortDescription"]) <= 150
        assert 150 <= len(description["longDescription"]) <= 10_000
        assert len(description["genericName"]) <= 35
        assert description["features"]
    assert said["legal"]["license"] == PROJECT["license"]
    assert said["softwareVersion"] == PROJECT["version"]
    assert said["maintenance"]["contacts"]


def test_publiccode_names_the_languages_that_the_portal_speaks(settings):
    said = yaml.safe_load((ROOT / "publiccode.yml").read_text())
    assert said["localisation"]["availableLanguages"] == [code for code, _ in settings.LANGUAGES]


def test_changelog_fragments_are_named_by_their_sort():
    fragments = [path.name for path in (ROOT / "changelog.d").iterdir() if path.name != "README.md"]
    odd = [n for n in fragments if not re.fullmatch(r"[\w-]+\.(added|changed|fixed|removed|security)\.md", n)]
    assert odd == []


def test_bare_make_lists_the_targets():
    listed = subprocess.run(["make"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for target in ("run", "test", "demo", "bench", "soak", "backup", "restore", "admin"):
        assert re.search(rf"^  make {target} +\S", listed, re.MULTILINE), target


@pytest.mark.parametrize("target", ["run", "demo"])
def test_on_a_fresh_clone_the_demo_is_loaded_once(tmp_path, target):
    command = ["make", "--dry-run", f"PORTAL_VAR={tmp_path / 'var'}", target]
    does = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert len(re.findall(r"manage\.py demo\b", does)) == 1


def test_continuous_integration_runs_make_test_and_takes_no_skip():
    script = (ROOT / ".ci" / "run").read_text()
    assert "make test" in script
    assert "CI=true" in script
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
