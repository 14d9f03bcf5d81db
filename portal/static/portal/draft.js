// What somebody types into a <form data-draft="app.form"> outlives a reload, a lost connection and a refused body.
// It stays on this device, belongs to the person who is signed in, and goes once the form has arrived (a page may say so
// itself: data-draft-done="app.form"), the person signs out or somebody else signs in, or after a week. A form marked
// data-draft-fresh is not filled. Forms marked data-no-draft, passwords, codes and files are never kept.
const PREFIX = "draft:";
const SENT = "draft-sent";
const WEEK = 7 * 24 * 3600 * 1000;
const person = document.body.dataset.person ?? "";

const store = (area) => {
  try { return window[area]; } catch { return null; } // a browser may refuse to keep anything
};
const local = store("localStorage");
const session = store("sessionStorage");

const keyOf = (form) => `${PREFIX}${person}:${form.dataset.draft}`;
const forget = (key) => local.removeItem(key);
const drafts = () => Object.keys(local).filter((key) => key.startsWith(PREFIX));

function read(key) {
  try { return JSON.parse(local.getItem(key)); } catch { return null; }
}

function fields(form) {
  return [...form.elements].filter((field) =>
    field.name && field.name !== "csrfmiddlewaretoken" && !field.closest("[data-no-draft]") &&
    !["password", "file", "submit", "button", "reset"].includes(field.type) && field.autocomplete !== "one-time-code" &&
    // Of what is hidden only the id under which photos and repetitions find each other belongs to the draft.
    (field.type !== "hidden" || field.name.endsWith("client_id")));
}

function save(form) {
  const values = {};
  for (const field of fields(form)) {
    const value = ["checkbox", "radio"].includes(field.type) ? (field.checked ? field.value : null)
      : field.multiple ? [...field.selectedOptions].map((option) => option.value) : field.value;
    (values[field.name] ??= []).push(value);
  }
  try { local.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values })); } catch { /* full: the form still works */ }
}

function restore(form, draft) {
  const seen = {};
  let changed = false;
  for (const field of fields(form)) {
    const value = draft.values[field.name]?.[(seen[field.name] = (seen[field.name] ?? -1) + 1)];
    if (value === undefined) continue;
    if (["checkbox", "radio"].includes(field.type)) {
      changed ||= field.checked !== (value !== null);
      field.checked = value !== null;
    } else if (field.multiple) {
      for (const option of field.options) option.selected = value.includes(option.value);
    } else if (field.value !== value) {
      // A hidden id changes with every page and is nothing that anybody wrote.
      changed ||= field.type !== "hidden";
      field.value = value;
      if (field.tagName === "SELECT" && field.selectedIndex < 0) field.value = field.querySelector("[selected]")?.value ?? "";
    }
  }
  return changed;
}

function tell(form) {
  const note = document.getElementById("draft-restored")?.content.firstElementChild?.cloneNode(true);
  if (!note) return;
  note.querySelector("[data-draft-forget]").addEventListener("click", () => {
    forget(keyOf(form));
    location.reload();
  });
  form.prepend(note);
}

function take(form) {
  const key = keyOf(form);
  const draft = read(key);
  // A form that comes back with errors already holds what was typed.
  const isAnswer = "draftFresh" in form.dataset || form.querySelector("[data-error-summary], [aria-invalid=true]");
  if (draft && !isAnswer && restore(form, draft)) tell(form);
  let timer;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => save(form), 300); });
  addEventListener("pagehide", () => { if (timer) { clearTimeout(timer); if (!form.dataset.gone) save(form); } });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = undefined;
    save(form);
    session?.setItem(SENT, JSON.stringify({ key, from: location.href }));
  });
}

/** The draft of the form that led here is no longer needed, if the form did arrive. */
function settle(forms) {
  const sent = JSON.parse(session?.getItem(SENT) ?? "null");
  session?.removeItem(SENT);
  if (!sent || "keepsDrafts" in document.documentElement.dataset) return;
  const cameBack = forms.some((form) => keyOf(form) === sent.key);
  const lostSession = !sent.key.startsWith(`${PREFIX}${person}:`);
  if (!cameBack && !lostSession && document.referrer === sent.from) forget(sent.key);
}

if (local) {
  const forms = [...document.querySelectorAll("form[data-draft]:not([data-no-draft])")];
  settle(forms);
  for (const page of document.querySelectorAll("[data-draft-done]")) forget(`${PREFIX}${person}:${page.dataset.draftDone}`);
  for (const key of drafts()) {
    const someoneElses = person && !key.startsWith(`${PREFIX}${person}:`);
    if (someoneElses || !(Date.now() - (read(key)?.at ?? 0) < WEEK)) forget(key);
  }
  forms.forEach(take);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-ends-drafts], [action$='/account/logout/']")) drafts().forEach(forget);
  });
}
