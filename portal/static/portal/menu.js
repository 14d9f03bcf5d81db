// A menu is a <details data-menu>: it works alone; here it also closes when one turns away from it.
const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

// What helps without a connection stays on the phone (worker.js). A first visit costs nothing: only whoever comes on gets it.
const workers = navigator.serviceWorker;
const isNew = workers && !workers.controller;
const bring = () => workers.register("/sw.js").then(() => workers.ready).then(({ active }) => isNew && active.postMessage("here"));
if (workers && (!isNew || document.referrer.startsWith(`${location.origin}/`)))
  addEventListener("load", () => setTimeout(() => bring().catch(() => {}), 1000));
