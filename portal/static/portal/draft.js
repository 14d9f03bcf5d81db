// What somebody types into a <form data-draft="app.form">, and the photos and voice notes chosen for it, outlive a reload, a lost connection and
// a refused body. They stay on this device, belong to the person who is signed in, and go once the form has arrived (a page may
// say so itself: data-draft-done="app.form", or a form by the event draft:done), the person signs out or somebody else signs in, or after a week. A form marked
// data-draft-fresh is not filled. What is marked data-no-draft, passwords, codes and other files are never kept.
const PREFIX = "draft:";
const SENT = "draft-sent";
const ENDED = "drafts-ended"; // tells the other tabs, which hear of every change
const WEEK = 7 * 24 * 3600 * 1000; // ms
const TOO_BIG = 10 * 1024 * 1024; // bytes; what the server would refuse is not kept
const person = document.body.dataset.person ?? "";

const store = (area) => {
  try { return window[area]; } catch { return null; } // a browser may refuse to keep anything
};
const local = store("localStorage");
const session = store("sessionStorage");

const keyOf = (form) => `${PREFIX}${person}:${form.dataset.draft}`;
const drafts = () => Object.keys(local).filter((key) => key.startsWith(PREFIX));
const taken = new WeakSet();
let ended = false;

function read(key) {
  try { return JSON.parse(local.getItem(key)); } catch { return null; }
}

function forget(key) {
  local.removeItem(key);
  photos.sweep();
}

/** The photos lie in a database of their own, under the draft's key and the field's name, and live as long as the draft. */
const photos = {
  async ask(mode, act) {
    try {
      this.base ??= new Promise((done, fail) => {
        const opening = indexedDB.open("drafts", 1);
        opening.onupgradeneeded = () => opening.result.createObjectStore("photos");
        opening.onsuccess = () => done(opening.result);
        opening.onerror = fail;
      });
      const asked = act((await this.base).transaction("photos", mode).objectStore("photos"));
      return await new Promise((done, fail) => {
        asked.onsuccess = () => done(asked.result);
        asked.onerror = fail;
      });
    } catch { return undefined; } // refused, or full: the form still works
  },
  nameOf: (input) => `${keyOf(input.form)}#${input.name}`,
  keep(input) {
    if (ended) return undefined;
    const files = [...input.files].filter((file) => file.size <= TOO_BIG);
    return this.ask("readwrite", (shelf) => shelf.put(files, this.nameOf(input)));
  },
  of(input) { return this.ask("readonly", (shelf) => shelf.get(this.nameOf(input))); },
  drop(name) { return this.ask("readwrite", (shelf) => shelf.delete(name)); },
  async sweep() {
    for (const name of (await this.ask("readonly", (shelf) => shelf.getAllKeys())) ?? [])
      if (!local.getItem(name.split("#")[0])) await this.drop(name);
  },
};
const KEPT = ".photos--kept, .voice--kept"; // what the server keeps of a draft
const photoInputs = (form) => [...form.elements].filter((field) => field.type === "file" && /image|audio/.test(field.accept) && field.name);

function fields(form) {
  return [...form.elements].filter((field) =>
    field.name && field.name !== "csrfmiddlewaretoken" && !field.closest("[data-no-draft]") &&
    !["password", "file", "submit", "button", "reset"].includes(field.type) && field.autocomplete !== "one-time-code" &&
    // Of what is hidden only the id under which photos and repetitions find each other belongs to the draft.
    (field.type !== "hidden" || field.name.endsWith("client_id")));
}

/** `sent` remembers that the server has seen it, and may be keeping photos of it. */
function save(form, sent = false) {
  if (ended || "gone" in form.dataset) return;
  const values = {};
  for (const field of fields(form)) {
    const value = ["checkbox", "radio"].includes(field.type) ? (field.checked ? field.value : null)
      : field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
    (values[field.name] ??= []).push(value);
  }
  sent ||= Boolean(form.querySelector(KEPT)) || Boolean(read(keyOf(form))?.sent);
  try { local.setItem(keyOf(form), JSON.stringify({ at: Date.now(), sent, values })); } catch { /* full: the form still works */ }
}

function restore(form, draft) {
  const seen = {};
  let changed = false;
  for (const field of fields(form)) {
    const value = draft.values[field.name]?.[(seen[field.name] = (seen[field.name] ?? -1) + 1)];
    if (value === undefined) continue;
    let differs = false;
    if (["checkbox", "radio"].includes(field.type)) {
      differs = field.checked !== (value !== null);
      field.checked = value !== null;
    } else if (field.multiple) {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else if (field.value !== value) {
      // A hidden id changes with every page and is nothing that anybody wrote.
      differs = field.type !== "hidden";
      field.value = value;
      if (field.tagName === "SELECT" && field.selectedIndex < 0) field.value = field.querySelector("[selected]")?.value ?? "";
    }
    changed ||= differs;
    if (differs) field.closest("form details")?.setAttribute("open", ""); // what is sent is seen
  }
  return changed;
}

async function restorePhotos(form, draft) {
  let changed = false;
  for (const input of photoInputs(form)) {
    const files = await photos.of(input);
    if (files?.length) input.dispatchEvent(new CustomEvent("photos:kept", { bubbles: true, detail: files }));
    changed ||= Boolean(files?.length);
  }
  const [id] = Object.entries(draft.values).find(([name]) => name.endsWith("client_id"))?.[1] ?? [];
  const [input] = photoInputs(form);
  if (!draft.sent || !id || !input) return changed;
  // What the server keeps of the draft it shows to whoever asks for the page with the draft's id.
  const address = new URL(location.href);
  address.searchParams.set("client_id", id);
  try {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return changed;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const twin = page.querySelector(`form[data-draft="${CSS.escape(form.dataset.draft)}"]`);
    if (!twin || form.querySelector(KEPT)) return changed;
    for (const input of photoInputs(form)) {
      const kept = twin.querySelector(`[name="${input.name}-remove"]`)?.closest(KEPT);
      if (!kept) continue;
      input.before(document.importNode(kept, true));
      changed = true;
    }
    return changed;
  } catch { return changed; } // no connection: what was accepted is sent with the form all the same
}

function tell(form) {
  const note = document.getElementById("draft-restored")?.content.firstElementChild?.cloneNode(true);
  if (!note || form.querySelector("[data-draft-forget]")) return;
  note.querySelector("[data-draft-forget]").addEventListener("click", () => {
    form.dataset.gone = "";
    forget(keyOf(form));
    location.reload();
  });
  form.prepend(note);
  form.closest("details")?.setAttribute("open", "");
}

function take(form) {
  if (taken.has(form)) return;
  taken.add(form);
  const key = keyOf(form);
  const draft = read(key);
  // A form that comes back with errors already holds what was typed, and the server has seen its photos.
  if ("draftFresh" in form.dataset || form.querySelector("[data-error-summary], [aria-invalid=true]")) {
    photoInputs(form).forEach((input) => photos.drop(photos.nameOf(input)));
  } else if (draft) {
    if (restore(form, draft)) tell(form);
    restorePhotos(form, draft).then((changed) => changed && tell(form));
  }
  let timer;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => { timer = undefined; save(form); }, 300); });
  form.addEventListener("photos:chosen", ({ target }) => { save(form); photos.keep(target); });
  addEventListener("pagehide", () => { if (timer) { clearTimeout(timer); save(form); } });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = undefined;
    save(form, true);
    session?.setItem(SENT, JSON.stringify({ key, from: location.href.split("#")[0] }));
  });
}

/** The draft of the form that led here is no longer needed, if the form did arrive. */
function settle(forms) {
  const sent = JSON.parse(session?.getItem(SENT) ?? "null");
  session?.removeItem(SENT);
  if (!sent || "keepsDrafts" in document.documentElement.dataset) return;
  // Whoever takes a form sends its page on to the next; one that comes back without that was refused.
  const wentOn = performance.getEntriesByType("navigation")[0]?.redirectCount > 0;
  const cameBack = forms.some((form) => keyOf(form) === sent.key);
  const lostSession = !sent.key.startsWith(`${PREFIX}${person}:`);
  if ((wentOn || !cameBack) && !lostSession && document.referrer === sent.from) forget(sent.key);
}

if (local) {
  const forms = () => [...document.querySelectorAll("form[data-draft]:not([data-no-draft])")];
  const end = () => {
    ended = true;
    drafts().forEach(forget);
  };
  settle(forms());
  for (const page of document.querySelectorAll("[data-draft-done]")) forget(`${PREFIX}${person}:${page.dataset.draftDone}`);
  for (const key of drafts()) {
    const someoneElses = person && !key.startsWith(`${PREFIX}${person}:`);
    if (someoneElses || !(Date.now() - (read(key)?.at ?? 0) < WEEK)) forget(key);
  }
  photos.sweep();
  forms().forEach(take);
  document.addEventListener("live:swapped", () => forms().forEach(take));
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-ends-drafts], [action$='/account/logout/']")) return;
    end();
    try {
      local.setItem(ENDED, Date.now());
      local.removeItem(ENDED);
    } catch { /* full: the other tabs hear of it by their sockets */ }
  });
  document.addEventListener("draft:done", ({ target }) => forget(keyOf(target)));
  // What is still being typed in another tab stays on its screen, and is written down no more.
  addEventListener("storage", ({ key, newValue }) => key === ENDED && newValue && end());
}
