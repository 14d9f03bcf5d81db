"""Franco takes the sealed archive of a year along. Then somebody who may do anything to the database changes an amount:
the portal says where, and the file in Franco's drawer says so without the portal."""

import io
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing

import pytest
from django.utils import timezone
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def _archive(page) -> tuple[bytes, str]:
    """The year's archive, as it comes; and the seal that the page shows."""
    page.goto("/risparmio/libro/archivio/")
    made = page.locator("main article").count()
    page.locator("[name=anno]").select_option(str(timezone.localdate().year))
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("main article")).to_have_count(made + 1, timeout=60_000)
    newest = page.locator("main article").first
    with page.expect_download() as download:
        newest.locator("a[href$='archivio.zip']").click()
    return download.value.path().read_bytes(), newest.locator(".savings-hash").first.inner_text().strip()


def _checked(archive: bytes, seal: str, folder) -> subprocess.CompletedProcess:
    """What somebody's own computer says of it, with Python and nothing else."""
    zipfile.ZipFile(io.BytesIO(archive)).extractall(folder)
    root = next(folder.rglob("verifica.py")).parent
    return subprocess.run(
        [sys.executable, "-I", "verifica.py", "--seal", seal], cwd=root, capture_output=True, text=True
    )


def _check(page) -> None:
    page.goto("/risparmio/libro/verifica/")
    page.locator("#check form button[type=submit]").click()
    expect(page.locator("#check .savings-verdict")).to_be_visible(timeout=60_000)


def _tamper(database: str) -> int:
    """As whoever owns the machine could: away with what forbids it, twice as much for somebody, and all is put back
    as it was. Returns the number of the entry."""
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        guards = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'portal_ledgerposting'"
        ).fetchall()
        for name, _sql in guards:
            connection.execute(f'DROP TRIGGER "{name}"')
        number, entry = connection.execute(
            "SELECT e.number, e.id FROM portal_ledgerentry e JOIN portal_ledgerbook b ON b.id = e.book_id "
            "WHERE b.code = 'risparmio.money' AND e.kind = 'risparmio.transfer' AND e.day >= ? "
            "ORDER BY e.number LIMIT 1 OFFSET 5",
            (f"{timezone.localdate().year}-01-01",),
        ).fetchone()
        connection.execute("UPDATE portal_ledgerposting SET amount = amount * 2 WHERE entry_id = ?", (entry,))
        for _name, sql in guards:
            connection.execute(sql)
    return number


def test_what_somebody_has_changed_is_found(fresh_server, browser_context_for, axe, screenshot, tmp_path):
    franco = browser_context_for("auditor", viewport="desktop", strict=False).new_page()

    # -- all is well, and Franco takes a year along
    _check(franco)
    expect(franco.locator("#check .savings-check--right")).to_be_visible()
    assert axe(franco) == []
    screenshot(franco, "savings-5-whole-desktop")
    archive, seal = _archive(franco)
    (tmp_path / "before").mkdir()
    told = _checked(archive, seal, tmp_path / "before")
    assert told.returncode == 0, told.stdout + told.stderr

    # -- he draws a sample, each entry with its papers
    franco.goto("/risparmio/libro/campione/?seme=7&quante=10")
    assert axe(franco) == []

    # -- somebody changes an amount where no page can
    number = _tamper(fresh_server.copy.name)

    _check(franco)
    wrong = franco.locator("#check .savings-check--wrong").first
    expect(wrong).to_be_visible()
    expect(franco.locator(f"#check a[href$='/registrazioni/{number}/']").first).to_be_visible()
    screenshot(franco, "savings-6-altered-desktop")

    # -- and an archive made of it now does not pass for the one in his drawer
    later, later_seal = _archive(franco)
    (tmp_path / "after").mkdir()
    told = _checked(later, seal, tmp_path / "after")
    assert told.returncode != 0
    assert later_seal != seal
