"""A click that leads to another page has ended when that page is there: for every browser test, in one place.

Playwright waits until the other page is on its way, not until anything stands on it, so whatever looks at once (a
count, a text, axe) sees now and then the page before, or a document without a single element. Each page therefore notes
that it is being left, in the same moment as the click, and whoever clicked waits for a page that is not, and is read.
"""

from __future__ import annotations

import functools
import inspect

from playwright.sync_api import Locator

# Whatever may send a form or follow a link.
DEEDS = ("click", "press", "check", "uncheck", "set_checked", "select_option", "tap")

NOTES_THAT_IT_IS_LEFT = """
(() => {
    const here = (address) => address.split("#")[0];
    addEventListener("submit", (event) => {
        const way = (event.submitter?.formMethod || event.target.method).toLowerCase();
        const elsewhere = event.submitter?.formTarget || event.target.target;
        if (!event.defaultPrevented && way !== "dialog" && !elsewhere) window.isLeft = true;
    });
    addEventListener("click", (event) => {
        const link = event.target instanceof Element && event.target.closest("a[href]");
        const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
        if (!link || event.defaultPrevented || !plain || link.target || link.hasAttribute("download")) return;
        if (!/^https?:/.test(link.href)) return;
        if (link.hash && here(link.href) === here(location.href)) return;
        window.isLeft = true;
    });
    addEventListener("pageshow", () => { window.isLeft = false; });
})();
"""
ARRIVED = "() => !window.isLeft && document.readyState !== 'loading'"


def watch(context) -> None:
    """Let every page of the context note when it is being left."""
    context.add_init_script(NOTES_THAT_IT_IS_LEFT)
    context.on("page", lambda page: page.on("download", _stays))


def arrive(page) -> None:
    """Wait until the page that the last deed leads to has been read; at once where it leads nowhere.

    Raises Playwright's TimeoutError where the page never comes. A page without scripts cannot note that it is left:
    there the deed has ended when the page that is on its way is there.
    """
    page.wait_for_load_state("domcontentloaded")
    page.wait_for_function(ARRIVED)


def _stays(download) -> None:
    """What is downloaded takes no page away."""
    download.page.evaluate("window.isLeft = false")


def _arriving(deed):
    @functools.wraps(deed)
    def done(self, *args, **kwargs):
        result = deed(self, *args, **kwargs)
        if not self.page.is_closed():
            arrive(self.page)
        return result

    return done


def teach() -> None:
    """Make the deeds of every Locator wait as above; once a process."""
    for name in DEEDS:
        deed = getattr(Locator, name)
        if inspect.unwrap(deed) is deed:
            setattr(Locator, name, _arriving(deed))
