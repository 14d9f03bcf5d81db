// "Messages on this phone's screen": the browser is asked only upon a tap, and brings where its messages go.
const box = document.querySelector("[data-push]");
const show = (state) => {
  for (const part of box.querySelectorAll("[data-push-state]")) part.hidden = part.dataset.pushState !== state;
};
const raw = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const written = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** A phone of Apple's takes messages only for what stands on its home screen. */
const mustBeInstalled = () => /iPhone|iPad/.test(navigator.userAgent) && !navigator.standalone;

function state() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window) || !("Notification" in window)) return mustBeInstalled() ? "install" : "cannot";
  if (Notification.permission === "denied") return "denied";
  return "ask";
}

async function subscribe() {
  show("busy");
  try {
    if ((await Notification.requestPermission()) !== "granted") return show(state());
    await navigator.serviceWorker.register("/sw.js");
    const { pushManager } = await navigator.serviceWorker.ready;
    // One that was made under another key, or for somebody else, is of no use.
    await (await pushManager.getSubscription())?.unsubscribe();
    const made = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: raw(box.dataset.key) });
    const form = box.querySelector("form");
    form.elements.endpoint.value = made.endpoint;
    for (const name of ["p256dh", "auth"]) form.elements[name].value = written(made.getKey(name));
    form.submit();
  } catch {
    show("failed");
  }
}

if (box) {
  show(state());
  for (const button of box.querySelectorAll("[data-push-ask]")) button.addEventListener("click", subscribe);
}
