// A form is sent once, and whoever made a mistake is led to the summary of what is wrong.
const sending = new WeakSet();
const PATIENCE = 60_000; // ms; then whoever stopped a page that would not come may send again

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (sending.has(form)) {
    event.preventDefault();
    return;
  }
  sending.add(form);
  // Not `disabled`: a disabled button would not send its own name and value.
  event.submitter?.setAttribute("aria-disabled", "true");
  setTimeout(() => release(form), PATIENCE);
});

function release(form) {
  sending.delete(form);
  for (const button of form.querySelectorAll("[type=submit][aria-disabled]")) button.removeAttribute("aria-disabled");
}

// Back from the next page, or an answer that replaced a part of this one: the form may be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(release);
});
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// Browsers bring the line with the caret into view; whoever writes wants to see the whole field, above what lies at the foot.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches("textarea")) target.scrollIntoView({ block: "nearest" });
});

document.querySelector("[data-error-summary]")?.focus();
