// The socket wakes, HTTP delivers. An element with data-live="<topic>" is fetched again, by the ordinary page (or the
// address in data-live-url), when the server says that its topic was touched; what is swapped is the element of the same id.
const CLOSED_FOR_GOOD = 4401;
const LONGEST_WAIT = 30_000; // ms

let socket = null;
let failures = 0;
let timer = null;
const seen = new Map(); // topic -> id of the last event that this page shows
const waiting = new Set(); // topics to fetch in the next moment

const elements = (topic) => [...document.querySelectorAll("[data-live]")].filter((e) => !topic || e.dataset.live === topic);

function scan() {
  for (const element of elements()) {
    const { live: topic, liveSeen } = element.dataset;
    const known = seen.get(topic);
    const position = Number(liveSeen) || 0;
    if (known === undefined) {
      seen.set(topic, position);
      if (socket?.readyState === WebSocket.OPEN) subscribe(topic);
    } else if (position > known) seen.set(topic, position);
  }
}

function subscribe(topic) {
  socket.send(JSON.stringify({ subscribe: topic, seen: seen.get(topic) }));
}

function notice(lost) {
  const line = document.getElementById("connection");
  if (!line) return;
  line.hidden = !lost;
  line.textContent = lost ? line.dataset.lost : "";
}

function connect() {
  if (!elements().length || socket) return;
  const scheme = location.protocol === "https:" ? "wss:" : "ws:";
  socket = new WebSocket(`${scheme}//${location.host}/ws/`);
  socket.addEventListener("open", () => {
    failures = 0;
    notice(false);
    for (const topic of seen.keys()) subscribe(topic);
  });
  socket.addEventListener("message", (event) => {
    const hint = JSON.parse(event.data);
    if (hint.topic && hint.event > (seen.get(hint.topic) ?? 0)) {
      seen.set(hint.topic, hint.event);
      wake(hint.topic);
    }
  });
  socket.addEventListener("close", (event) => {
    socket = null;
    if (event.code === CLOSED_FOR_GOOD) {
      // Signed out elsewhere: the page asks again and is led to sign-in.
      location.reload();
      return;
    }
    failures += 1;
    if (failures > 1) notice(true);
    const wait = Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.5 + Math.random());
    clearTimeout(timer);
    timer = setTimeout(connect, wait);
  });
}

// Several facts of one moment are one fetch.
function wake(topic) {
  if (!waiting.size) setTimeout(refresh, 60);
  waiting.add(topic);
}

async function refresh() {
  const topics = [...waiting];
  waiting.clear();
  const byAddress = new Map();
  for (const element of topics.flatMap((topic) => elements(topic))) {
    const address = element.dataset.liveUrl || location.href;
    byAddress.set(address, [...(byAddress.get(address) ?? []), element]);
  }
  for (const [address, old] of byAddress) {
    try {
      const answer = await fetch(address, { headers: { "X-Live": "1" }, credentials: "same-origin" });
      if (!answer.ok || answer.redirected) continue;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const element of old) swap(element, page);
    } catch {
      for (const element of old) waiting.add(element.dataset.live);
      setTimeout(refresh, 3000);
    }
  }
}

function swap(element, page) {
  const fresh = element.id ? page.getElementById(element.id) : page.querySelector(`[data-live="${CSS.escape(element.dataset.live)}"]`);
  if (!fresh || element.innerHTML === fresh.innerHTML) return;
  // Somebody is writing in it: their words come first; the page is brought up to date when they have left the field.
  const active = document.activeElement;
  if (element.contains(active) && active.matches("input, textarea, select")) {
    active.addEventListener("blur", () => wake(element.dataset.live), { once: true });
    return;
  }
  const focused = element.contains(active) ? active.id : "";
  element.replaceWith(document.importNode(fresh, true));
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  scan();
  document.dispatchEvent(new CustomEvent("live:swapped"));
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && !socket) {
    clearTimeout(timer);
    connect();
  }
});
document.body.addEventListener("htmx:afterSettle", scan);
scan();
connect();
