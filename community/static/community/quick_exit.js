// Leaving in a hurry, and leaving no trail (quick_exit.html): a link of this page's leads on in its place. What a form has sent
// is a page of its own for "back". Without this the links work, and "back" leads here again.
const TIMES = 3;
const WITHIN = 2_000; // ms
const exit = document.querySelector("a[data-quick-exit]");
let escapes = [];

function leave() {
  const { href } = exit;
  document.title = "…";
  document.documentElement.replaceChildren(); // at once: the next page may take its time
  history.replaceState(null, "", "/");
  location.replace(href); // in this page's place: "back" leads to what came before it
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented) return;
  if (link === exit) {
    event.preventDefault();
    leave();
  } else if (link.closest("main") && link.origin === location.origin && !link.target && !hasKeys(event)) {
    // However many steps from page to page: the phone's "back" knows of one.
    event.preventDefault();
    location.replace(link.href);
  }
});

const hasKeys = ({ ctrlKey, metaKey, shiftKey, altKey }) => ctrlKey || metaKey || shiftKey || altKey;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.repeat) return;
  escapes = [...escapes, event.timeStamp].slice(-TIMES);
  if (escapes.length === TIMES && event.timeStamp - escapes[0] < WITHIN) leave();
});
