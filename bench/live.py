"""From an operator's click to the tenant's updated screen, against an echo through bare Channels."""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from tests.harness import VIEWPORTS
from tests.harness.server import PortalServer

STEPS = ("hold", "resume") * 6
ECHOES = 60

# An open ticket that the tenant may see, and that has been taken on.
FIND = """
from manutenzione.tickets.models import Ticket
from portal.people.models import User
tenant = User.objects.get(username="demo.tenant2")
seen = [t for t in Ticket.objects.filter(state="triaged") if tenant.has_perm("manutenzione.view_ticket", t)]
print(seen[0].number)
"""
# Times are of the clock that both pages of the browser share, in milliseconds.
NOTE_THE_CLICK = """
() => document.addEventListener("click", () => {
  sessionStorage.setItem("clicked", performance.timeOrigin + performance.now());
}, {capture: true})
"""
WAIT_FOR_THE_SCREEN = """
() => {
  const main = document.querySelector("main"), before = main.innerText;
  window.changed = new Promise(resolve => {
    new MutationObserver((_, observer) => {
      const now = document.querySelector("main").innerText;
      if (now === before) return;
      observer.disconnect();
      resolve(performance.timeOrigin + performance.now());
    }).observe(document.body, {subtree: true, childList: true, characterData: true});
  });
}
"""
ECHO = """
async times => {
  const socket = new WebSocket(location.origin.replace("http", "ws") + "/ws/echo/");
  await new Promise(resolve => socket.onopen = resolve);
  const taken = [];
  for (let i = 0; i < times; i++) {
    const start = performance.now();
    await new Promise(resolve => { socket.onmessage = resolve; socket.send("echo"); });
    taken.push(performance.now() - start);
  }
  socket.close();
  return taken;
}
"""


def updates(browser, server: PortalServer, bare: str) -> Iterator[tuple[str, str]]:
    number = server.python(FIND).split()[-1]
    path = f"/manutenzione/{number}/"
    tenant = _page(browser, server, "tenant2", "phone")
    tenant.goto(path, wait_until="networkidle")
    operator = _page(browser, server, "maintenance", "desktop")
    taken = []
    for turn, verb in enumerate(STEPS):
        operator.goto(path, wait_until="networkidle")
        form = operator.locator(f'form[action$="/{verb}/"]')
        form.evaluate("form => form.closest('details')?.setAttribute('open', '')")
        form.locator("textarea").fill(f"A part has been ordered ({turn}).")
        operator.evaluate(NOTE_THE_CLICK)
        tenant.evaluate(WAIT_FOR_THE_SCREEN)
        form.locator("button[type=submit], button:not([type])").first.click()
        changed = tenant.evaluate("() => window.changed")
        clicked = float(operator.evaluate("() => sessionStorage.getItem('clicked')"))
        taken.append(changed - clicked)
    echoing = browser.new_page()
    echoing.goto(f"{bare}/100/")
    echoes = echoing.evaluate(ECHO, ECHOES)
    ours, theirs = statistics.median(taken), statistics.median(echoes)
    figures = f"{ours:.0f} ms against {theirs:.2f} ms; slowest {max(taken):.0f} ms"
    yield "click to screen", f"{ours / theirs:6.1f} × a bare Channels echo   ({figures})"
    for page in (tenant, operator, echoing):
        page.context.close()


def _page(browser, server: PortalServer, persona: str, viewport: str):
    context = browser.new_context(base_url=server.url, viewport=VIEWPORTS[viewport], locale="it-IT")
    cookies = server.sign_in(persona).cookies
    context.add_cookies([{"name": c.name, "value": c.value, "url": server.url} for c in cookies])
    return context.new_page()
