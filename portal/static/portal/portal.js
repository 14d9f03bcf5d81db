// What makes the pages swift. Without it everything still works.
import { keepDrafts } from "./draft.js";
import { shrinkPhotos } from "./photos.js";

function closeMenus(event) {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    const left = event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target);
    if (left) {
      menu.open = false;
      if (event.type === "keydown") menu.querySelector("summary").focus();
    }
  }
}
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);

// A second press sends nothing: the form is on its way. The server would recognise it too; this spares the waiting.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
});
// Coming back by the browser's own button shows the form as it was left: it must be usable again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    form.querySelector("[aria-busy]")?.removeAttribute("aria-busy");
  }
});

document.querySelector("[data-error-summary]")?.focus();
keepDrafts(document);
shrinkPhotos(document);
