// What one has done of a guide can be ticked off. The ticks stay on this phone: they lie beside the drafts of forms, under the same
// beginning, and so draft.js forgets them with these when the person signs out or somebody else signs in. Without this
// script the guide is a plain list.
const MONTH = 30 * 24 * 3600 * 1000; // ms; some steps take weeks
const WEEK = 7 * 24 * 3600 * 1000; // after which draft.js forgets
const PREFIX = "draft:";
const list = document.querySelector("[data-ticks]");
const key = list && `${PREFIX}${document.body.dataset.person ?? ""}:ticks:${list.dataset.ticks}`;
let local;
let ended = false;

try { local = window.localStorage; } catch { /* a browser may refuse to keep anything */ }

function read(name) {
  try { return JSON.parse(local.getItem(name)); } catch { return null; }
}

function keep(done) {
  if (ended) return;
  try {
    // Dated ahead, because ticks live longer than drafts.
    if (done.length) local.setItem(key, JSON.stringify({ at: Date.now() + MONTH - WEEK, done }));
    else local.removeItem(key);
  } catch { /* full: they hold as long as the page is open */ }
}

function begin() {
  // A visitor's ticks of other guides, which draft.js looks after for people who are signed in.
  for (const name of Object.keys(local))
    if (name.startsWith(PREFIX) && name.includes(":ticks:") && !(Date.now() - (read(name)?.at ?? 0) < WEEK)) local.removeItem(name);
  const items = [...list.querySelectorAll("[data-tick]")];
  const known = new Set(read(key)?.done ?? []);
  const boxes = items.map((item, index) => {
    const text = item.querySelector("strong") ?? item.firstElementChild;
    text.id ||= `tick-${index}`;
    const label = document.createElement("label");
    label.className = "tick";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = known.has(item.dataset.tick);
    box.id = `${text.id}-box`;
    box.setAttribute("aria-label", list.dataset.label);
    box.setAttribute("aria-labelledby", `${box.id} ${text.id}`); // "Done" and what is done
    text.addEventListener("click", ({ target }) => {
      if (!target.closest("a") && getSelection().isCollapsed) box.click();
    });
    label.append(box);
    item.prepend(label);
    item.classList.add("ticked-off");
    return box;
  });
  const foot = document.createElement("div");
  foot.className = "ticks";
  const count = document.createElement("p");
  count.setAttribute("role", "status");
  const again = document.createElement("button");
  again.type = "button";
  again.className = "button button--small";
  again.textContent = list.dataset.again;
  const stays = document.createElement("p");
  stays.className = "small";
  stays.textContent = list.dataset.stays;
  foot.append(count, again, stays);
  foot.lang = document.documentElement.lang;
  foot.dir = document.documentElement.dir;
  list.append(foot);
  const digits = new Intl.NumberFormat(foot.lang);
  const show = () => {
    const done = items.filter((_, index) => boxes[index].checked);
    items.forEach((item, index) => item.classList.toggle("is-done", boxes[index].checked));
    count.textContent = list.dataset.did.replace("{done}", digits.format(done.length)).replace("{all}", digits.format(items.length));
    again.hidden = !done.length;
    return done.map((item) => item.dataset.tick);
  };
  list.addEventListener("change", () => keep(show()));
  again.addEventListener("click", () => {
    boxes.forEach((box) => { box.checked = false; });
    keep(show());
    boxes[0].focus();
  });
  // Whoever signs out in another tab has left this one too.
  addEventListener("storage", ({ key: name, newValue }) => { if (name === "drafts-ended" && newValue) ended = true; });
  document.addEventListener("submit", ({ target }) => { if (target.matches("[data-ends-drafts], [action$='/account/logout/']")) ended = true; });
  show();
}

if (list && local) begin();
