// A conversation that goes on by itself. The socket wakes (live.js: "live:moved"), HTTP delivers what follows the last message that
// stands here, so nothing is missed however long the page slept and nothing stands twice. What is sent stays in the form, and
// on the phone as its draft, until it stands in the conversation; sent again, it is the same message. Where the form has data-closed, what is said is
// told in confidence: it leaves the screen of whoever may not read it any more, and whoever signed in too long ago is asked to prove who they are
// (X-Prove-First) before more of it comes.
const log = document.getElementById("said");
const NEAR = 160; // px from the end at which somebody reads along
const FIRST_WAIT = 1000, LONGEST_WAIT = 15_000; // ms
const wait = (time) => new Promise((resolve) => {
  setTimeout(resolve, time);
  addEventListener("online", resolve, { once: true });
});
const form = () => document.getElementById("composer");
const token = () => form()?.elements.csrfmiddlewaretoken.value ?? "";
const longer = (time) => Math.min(LONGEST_WAIT, 2 * time);
let fetching, again;

/** Whether the end of the conversation is in sight: then it stays there. */
function isAtEnd() {
  const last = log.lastElementChild;
  return !last || last.getBoundingClientRect().bottom < innerHeight + NEAR;
}

/** What stands in a message, but for the token of its forms, which is another one each time. */
function written(item) {
  const copy = item.cloneNode(true);
  for (const { attributes } of copy.querySelectorAll("[name=csrfmiddlewaretoken]")) attributes.removeNamedItem("value");
  return copy.innerHTML;
}

function put(item) {
  const number = Number(item.dataset.number);
  const there = document.getElementById(item.id);
  if (there) {
    if (written(there) !== written(item)) there.replaceWith(item);
    return false;
  }
  // Two answers may cross: each message goes to its place.
  const next = [...log.querySelectorAll("[data-number]")].find((other) => Number(other.dataset.number) > number);
  next ? next.before(item) : log.append(item);
  return true;
}

async function bring() {
  const { follow, version } = log.dataset;
  const answer = await fetch(`${follow}?version=${version}`, { cache: "no-store" });
  if (answer.status >= 500 || answer.status === 429) throw new Error(answer.status);
  isProved(answer);
  if (answer.status === 404 || answer.redirected) close();
  if (!answer.ok || answer.redirected) return false; // to be proved first; or signed out, or no part in it any more: live.js sees to the page
  const part = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("ol");
  if (!part) return false;
  const stays = isAtEnd();
  let added = false;
  for (const item of [...part.children]) added = put(document.importNode(item, true)) || added;
  log.dataset.after = Math.max(Number(log.dataset.after), Number(part.dataset.after));
  log.dataset.version = part.dataset.version;
  log.dataset.fresh = part.dataset.clientId;
  document.querySelector("[data-nothing]")?.remove();
  if (added) {
    if (stays) log.lastElementChild.scrollIntoView({ block: "nearest" });
    const below = document.querySelector("[data-more-below]");
    if (below) below.hidden = stays || isAtEnd();
    noteRead();
  }
  return "more" in part.dataset;
}

/** Whether what was asked for came without the question who asks; otherwise a line says where to answer that. */
function isProved(answer) {
  const proved = !answer.headers.has("X-Prove-First");
  const line = document.querySelector("[data-unproven]");
  if (line) line.hidden = proved;
  return proved;
}

/** Nothing of it stays on the screen, but what somebody is typing does, for them to keep elsewhere. */
function close() {
  const open = form();
  if (!open || !("closed" in open.dataset)) return;
  const typed = open.querySelector("textarea");
  if (!typed.value) {
    location.replace(location.href.split("#")[0]); // what is there for them now
    return;
  }
  for (const part of open.closest("main").querySelectorAll(":scope *"))
    if (!part.contains(open) && !open.contains(part)) part.remove();
  open.dataset.underWay = ""; // it is sent no more
  open.querySelector("[type=submit]").remove();
  typed.readOnly = true;
  say("closed");
  const way = open.querySelector("[data-way]");
  if (way) way.hidden = false;
}

/** Fetch until nothing is missing; whoever asks meanwhile is answered by one more round. */
function catchUp() {
  again = true;
  fetching ??= (async () => {
    let pause = FIRST_WAIT;
    while (again) {
      again = false;
      try {
        again = (await bring()) || again;
        pause = FIRST_WAIT;
      } catch {
        again = true;
        await wait(pause);
        pause = longer(pause);
      }
    }
    fetching = undefined;
  })();
  return fetching;
}

/** Read is what somebody looks at, not what a page in the background has fetched. */
function noteRead() {
  if (document.hidden || !log.dataset.read) return;
  const number = log.dataset.after;
  if (log.dataset.noted === number) return;
  log.dataset.noted = number;
  const body = new URLSearchParams({ number, csrfmiddlewaretoken: token() });
  fetch(log.dataset.read, { method: "POST", body }).then((answer) => {
    if (!isProved(answer)) delete log.dataset.noted;
  }).catch(() => delete log.dataset.noted);
}

const stands = (id) => log.querySelector(`[data-client-id="${CSS.escape(id)}"]`);

function say(state) {
  const line = form()?.querySelector("[data-state]");
  if (line) line.textContent = state ? form().dataset[state] : "";
}

/** The form as the server gave it back, with what is wrong named next to it. */
function showRefusal(text) {
  const fresh = new DOMParser().parseFromString(text, "text/html").getElementById("composer");
  if (!fresh) return;
  const voice = form().querySelector("[data-recorder-on]");
  form().replaceWith(document.importNode(fresh, true));
  if (voice || form().querySelector("[data-recorder]")) document.dispatchEvent(new CustomEvent("live:swapped"));
  form().querySelector("[data-error-summary]")?.focus();
}

function empty() {
  const done = form();
  done.dispatchEvent(new CustomEvent("draft:done", { bubbles: true }));
  done.querySelectorAll(".form-errors, .field__errors, .voice--kept, .photos--kept, .previews, [data-draft-forget]").forEach((part) => part.remove());
  done.querySelectorAll(".field--wrong").forEach((field) => field.classList.remove("field--wrong"));
  for (const input of done.querySelectorAll("[aria-invalid]")) {
    input.removeAttribute("aria-invalid");
    const described = (input.getAttribute("aria-describedby") ?? "").split(" ");
    input.setAttribute("aria-describedby", described.filter((id) => document.getElementById(id)).join(" "));
  }
  done.querySelector("textarea").defaultValue = "";
  done.reset();
  for (const area of done.querySelectorAll("textarea")) area.value = "";
  for (const input of done.querySelectorAll("input[type=file]")) {
    input.value = "";
    input.dispatchEvent(new CustomEvent("files:emptied", { bubbles: true }));
  }
  done.elements.client_id.value = log.dataset.fresh;
  done.querySelector("details")?.removeAttribute("open");
}

async function send() {
  const sent = form();
  const id = sent.elements.client_id.value;
  const body = new FormData(sent);
  sent.dataset.underWay = "";
  sent.querySelector("textarea").readOnly = true;
  say("sending");
  let pause = FIRST_WAIT;
  for (;;) {
    try {
      const answer = await fetch(sent.action, { method: "POST", body, redirect: "manual" });
      if (answer.status === 404 && "closed" in sent.dataset) {
        close();
        return;
      }
      if (!isProved(answer)) {
        // Nothing was sent, as something is wrong with it; what, they read once they have proved who they are.
        delete sent.dataset.underWay;
        sent.querySelector("textarea").readOnly = false;
        say("");
        return;
      }
      if (answer.type === "opaqueredirect") {
        await catchUp();
        if (stands(id)) break;
        // Led elsewhere: to sign in, most likely. Whatever it is, the browser's own way shows it, with the draft kept.
        sent.submit();
        return;
      }
      if (answer.status === 429 || answer.status >= 500) {
        if (answer.status === 429) { showRefusal(await answer.text()); return; }
        throw new Error(answer.status);
      }
      showRefusal(await answer.text());
      return;
    } catch {
      say("waiting");
      await wait(pause);
      pause = longer(pause);
      // It may have arrived and only the answer was lost.
      await Promise.race([catchUp(), wait(pause)]);
      if (stands(id)) break;
    }
  }
  delete sent.dataset.underWay;
  sent.querySelector("textarea").readOnly = false;
  empty();
  say("sent");
  form().querySelector("textarea").focus({ preventScroll: true });
  // After what form.js does about a field that is gone to: whoever sent it wants to see that it stands there.
  requestAnimationFrame(() => stands(id)?.scrollIntoView({ block: "nearest" }));
}

if (log?.dataset.follow) {
  log.addEventListener("live:moved", catchUp);
  log.addEventListener("live:refused", catchUp);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) catchUp().then(noteRead); });
  addEventListener("pageshow", ({ persisted }) => persisted && catchUp());
  addEventListener("online", catchUp);
  document.addEventListener("scroll", () => {
    const below = document.querySelector("[data-more-below]");
    if (below && !below.hidden && isAtEnd()) below.hidden = true;
  }, { passive: true });
  // Before all others: what they do about a form that leaves its page is not wanted for one that stays.
  document.addEventListener("submit", (event) => {
    if (event.target !== form() || event.defaultPrevented) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!("underWay" in form().dataset)) send();
  }, true);
  if (log.dataset.after !== "0") log.dataset.noted = log.dataset.after;
}

// Earlier messages stand still, and leave the screen like the newest.
if (log && "watched" in log.dataset) {
  const look = async () => {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => ({}));
    if (answer.status === 404 || answer.redirected) location.reload();
  };
  for (const news of ["live:moved", "live:refused"]) log.addEventListener(news, look);
  addEventListener("pageshow", ({ persisted }) => persisted && look());
}
