// The socket wakes, HTTP delivers: an element with data-live="<topic>" and an id is fetched again, from data-live-url or the
// page's own address, when the server hints that its topic has moved. One with data-live-own is told ("live:moved") and fetches for
// itself; it is told as well that the topic is not, or no more, this person's to watch ("live:refused"). One with data-live-closes
// shows what is told in confidence: it leaves the screen once the page is missing for this person, or asks who they are.
const SIGNED_OUT = 4401;
const HELD_BACK = 4402; // until a second factor has been proved: the next page tries again
const LONGEST_WAIT = 30_000; // ms
const STABLE = 5_000; // ms that make a connection a good one
const GATHER = 500; // ms for which a new connection's answers, one a topic, are waited for, to be fetched as one
const ON_ITS_WAY = 10_000; // ms that a page which was asked for by a form may take to come
const ASLEEP = 20_000; // ms out of sight in which a connection may have died unnoticed

const seen = new Map(); // topic -> the number this page has seen
const stale = new Set(); // topics to fetch
let socket, timer, hiddenAt;
let openedAt = 0;
let failures = 0;
let fetching = false;
let sentAt = 0; // when a form was sent; its answer may be a file, and the page stays

const live = () => [...document.querySelectorAll("[data-live][id]")];
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));
const say = (message) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
const subscribe = (topic) => say({ subscribe: topic, seen: seen.get(topic) });

function scan() {
  const watched = new Set();
  for (const { dataset } of live()) {
    const number = Number(dataset.liveSeen) || 0;
    watched.add(dataset.live);
    if (!seen.has(dataset.live)) {
      seen.set(dataset.live, number);
      subscribe(dataset.live);
    } else if (number > seen.get(dataset.live)) seen.set(dataset.live, number);
  }
  for (const topic of [...seen.keys()].filter((topic) => !watched.has(topic))) {
    seen.delete(topic);
    say({ unsubscribe: topic });
  }
  if (seen.size && !socket && !timer) connect();
}

function state(name) {
  document.body.dataset.liveState = name;
  const line = document.getElementById("connection");
  if (!line) return;
  line.textContent = line.dataset[name] ?? "";
  line.hidden = !line.textContent;
}

function connect() {
  clearTimeout(timer);
  timer = undefined;
  const mine = (socket = new WebSocket(`${location.protocol.replace("http", "ws")}//${location.host}/ws/`));
  let good;
  mine.onopen = () => {
    state("open");
    openedAt = Date.now();
    good = setTimeout(() => (failures = 0), STABLE);
    [...seen.keys()].forEach(subscribe);
  };
  mine.onmessage = ({ data }) => {
    const { topic, event, refused } = JSON.parse(data);
    for (const element of refused ? live().filter(({ dataset }) => dataset.live === refused) : []) {
      if ("liveOwn" in element.dataset) element.dispatchEvent(new CustomEvent("live:refused"));
      else if ("liveCloses" in element.dataset) {
        stale.add(refused);
        refresh();
      }
    }
    if (event > (seen.get(topic) ?? Infinity)) {
      // What is asked from now on contains it: its transaction had ended before the hint was sent.
      seen.set(topic, event);
      stale.add(topic);
      refresh();
    }
  };
  mine.onclose = ({ code }) => {
    clearTimeout(good);
    if (mine !== socket) return;
    socket = undefined;
    if (code === SIGNED_OUT) {
      // Nothing private stays on the screen, but what somebody is typing does.
      state("ended");
      navigator.serviceWorker?.controller?.postMessage("ended");
      // Whoever signs out here is told before the answer has come, and it is the answer that they asked for.
      setTimeout(() => {
        if (![...document.forms].some((form) => begun(form) || refused(form))) location.reload();
      }, Math.max(0, sentAt + ON_ITS_WAY - Date.now()));
      return;
    }
    if (code === HELD_BACK) {
      state("ended");
      return;
    }
    if (++failures > 1) state("lost");
    timer = setTimeout(connect, Math.min(LONGEST_WAIT, 500 * 2 ** failures) * (0.5 + Math.random()));
  };
}

function reconnect() {
  if (document.body.dataset.liveState === "ended" || !seen.size) return;
  const old = socket;
  connect();
  old?.close();
}

// Whatever hints come during a fetch, one more follows it.
async function refresh() {
  if (fetching) return;
  fetching = true;
  await wait(openedAt + GATHER - Date.now());
  while (stale.size) {
    const byAddress = new Map();
    for (const element of live().filter(({ dataset }) => stale.has(dataset.live))) {
      if ("liveOwn" in element.dataset) {
        element.dispatchEvent(new CustomEvent("live:moved", { bubbles: true }));
        continue;
      }
      const address = element.dataset.liveUrl || location.href.split("#")[0];
      byAddress.set(address, [...(byAddress.get(address) ?? []), element.id]);
    }
    const asked = [...stale];
    stale.clear();
    try {
      for (const [address, ids] of byAddress) await bring(address, ids);
    } catch {
      asked.forEach((topic) => stale.add(topic));
      await wait(2000 + 2000 * Math.random());
    }
  }
  fetching = false;
}

async function bring(address, ids) {
  const answer = await fetch(address, { cache: "no-store" });
  if (answer.status >= 500) throw new Error(answer.status);
  if (answer.status === 404 || answer.redirected)
    for (const id of ids) if ("liveCloses" in (document.getElementById(id)?.dataset ?? {})) close(address, document.getElementById(id));
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ids) swap(document.getElementById(id), page.getElementById(id));
  scan();
}

/** Nothing of it stays on the screen, but what somebody is typing does, for them to keep elsewhere. */
function close(address, element) {
  const typed = [...document.forms].filter((form) => begun(form) || refused(form));
  if (!typed.length) {
    location.replace(address); // what is there for them now
    return;
  }
  for (const part of element.querySelectorAll("*"))
    if (!typed.some((form) => part.contains(form) || form.contains(part))) part.remove();
}

function begun(form) {
  return form.querySelector(".photos--kept, .voice--kept") !== null || [...form.elements].some((field) =>
    field.type === "hidden" ? false
      : field.type === "file" ? field.files.length
        : field.options ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((option) => option.defaultSelected))
          : field.checked !== field.defaultChecked || (field.value !== field.defaultValue && "defaultValue" in field));
}

// Told what is wrong: the page that is asked for afresh would say nothing of it.
const REFUSED = "[data-error-summary], [aria-invalid=true]";
const refused = (form) => form.querySelector(REFUSED) !== null;

function swap(element, arrived) {
  if (!element || !arrived || element.innerHTML === arrived.innerHTML) return;
  if ([...element.querySelectorAll(REFUSED)].some((words) => !words.closest("form"))) return;
  const fresh = document.importNode(arrived, true);
  const active = element.contains(document.activeElement) ? document.activeElement : null;
  const twin = (form) => [...fresh.querySelectorAll("form")].find((other) => other.getAttribute("action") === form.getAttribute("action"));
  const kept = [...element.querySelectorAll("form")].filter((form) => begun(form) || refused(form) || (form === active?.form && active.matches("input, select, textarea")));
  // A form being filled in moves over as it is. Where the fresh page has none like it, nothing is taken away: the server
  // says what has changed when it arrives.
  if (kept.some((form) => !twin(form))) return;
  for (const [index, details] of [...element.querySelectorAll("details")].entries()) {
    const other = details.id ? fresh.querySelector(`#${CSS.escape(details.id)}`) : fresh.querySelectorAll("details")[index];
    if (other) other.open = details.open;
  }
  const caret = active?.selectionStart;
  for (const form of kept) twin(form).replaceWith(form);
  element.replaceWith(fresh);
  const focused = !active || active.isConnected ? active : active.id ? document.getElementById(active.id)
    : active.href && [...fresh.querySelectorAll("a")].find(({ href }) => href === active.href);
  if (focused && focused !== document.activeElement) {
    focused.focus({ preventScroll: true });
    if (caret != null) focused.setSelectionRange?.(caret, active.selectionEnd);
  }
  window.htmx?.process(fresh);
  fresh.dispatchEvent(new CustomEvent("live:swapped", { bubbles: true }));
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (!socket || Date.now() - hiddenAt > ASLEEP) reconnect();
  else [...seen.keys()].forEach(subscribe);
});
addEventListener("online", reconnect);
document.addEventListener("submit", ({ defaultPrevented }) => { if (!defaultPrevented) sentAt = Date.now(); });
// A page that comes back from the browser's own cache has lost its socket.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  sentAt = 0;
  reconnect();
});
document.addEventListener("htmx:afterSettle", scan);
scan();
