// A form with data-draft="<name>" survives a reload, a dead battery and a lost connection: what was typed is kept on this
// phone until the portal says that it has arrived (an element with data-draft-done="<name>"). Never for data-no-draft forms.
const PREFIX = "draft:";

function fields(form) {
  return [...form.elements].filter(
    (field) => field.name && field.name !== "csrfmiddlewaretoken" && !["file", "password", "submit", "button"].includes(field.type),
  );
}

function read(form) {
  return fields(form)
    .filter((field) => !["checkbox", "radio"].includes(field.type) || field.checked)
    .map((field) => [field.name, field.value]);
}

function restore(form, pairs) {
  const kept = new Map();
  for (const [name, value] of pairs) kept.set(name, [...(kept.get(name) ?? []), value]);
  for (const field of fields(form)) {
    const values = kept.get(field.name);
    if (!values) continue;
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
    else field.value = values[0];
  }
}

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // the browser keeps nothing: the form works, it only does not survive
  }
}

export function keepDrafts(root) {
  const store = storage();
  if (!store) return;
  for (const done of root.querySelectorAll("[data-draft-done]")) store.removeItem(PREFIX + done.dataset.draftDone);
  for (const form of root.querySelectorAll("form[data-draft]:not([data-no-draft])")) {
    const key = PREFIX + form.dataset.draft;
    const kept = store.getItem(key);
    // What the server sent back after a refused submission is newer than what the phone kept.
    if (kept && !form.hasAttribute("data-draft-fresh")) {
      try {
        restore(form, JSON.parse(kept));
      } catch {
        store.removeItem(key);
      }
    }
    form.addEventListener("input", () => {
      try {
        store.setItem(key, JSON.stringify(read(form)));
      } catch {
        // Full: the form still works, it only does not survive.
      }
    });
  }
}
