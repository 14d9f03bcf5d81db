// What the phone keeps for when there is no connection, and the news that wakes it. /sw.js loads this and says what is ours.
//
// Pages come from the network; without it, from here. Kept is a page whose answer says so (X-Portal-Offline), and of it the
// parts between <!--keep--> and <!--/keep-->: nothing else is ever stored, so mediation and money never are. Each answer says
// of which sign-in it is (X-Portal-For): the first one of another, or of nobody, empties the shelf. What was sent is not touched.
const { version, name, days, files, icon, badge, language, languages, zone } = self.PORTAL;
const FILES = `files:${version}`;
const NOBODY = "nobody";
const MOST = 30; // pages
const DAY = 24 * 3600 * 1000; // ms
const PAUSE = 2000; // ms that the page one looks at has the line to itself
const AT = "X-Kept-At";

const shelfOf = (who) => `kept:${who}:${version}`;
const ownerOf = (shelf) => shelf.split(":")[1];
const shelves = async () => (await caches.keys()).filter((cache) => cache.startsWith("kept:"));
const wait = (time) => new Promise((resolve) => setTimeout(resolve, time));

let ownedSince = 0; // an answer that was asked for earlier says nothing of whose phone it is now
let turn = Promise.resolve();
const inTurn = (work) => (turn = turn.then(work, work).catch(() => {})); // full, or refused: there is nothing to keep then

function languageOf(address) {
  const prefix = new URL(address).pathname.split("/")[1];
  return prefix !== language && languages.includes(prefix) ? prefix : language;
}
const frameAt = (code) => new URL(`${code === language ? "" : `/${code}`}/senza-rete/`, location.origin).href;
const keyOf = (address) => address.split("#")[0];

addEventListener("install", () => skipWaiting());

addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const cache of await caches.keys()) {
    if (cache === FILES || cache.endsWith(`:${version}`)) continue;
    // Of what another release kept only this remains: whose phone it is.
    if (cache.startsWith("kept:")) await caches.open(shelfOf(ownerOf(cache)));
    await caches.delete(cache);
  }
  await registration.navigationPreload?.enable();
  await clients.claim();
})()));

/** The page that brought the worker came before it. */
async function visit(address) {
  try {
    const started = performance.now();
    const head = await fetch(address, { method: "HEAD", cache: "no-store" });
    const isKept = head.ok && head.headers.has("X-Portal-Offline");
    await look(address, isKept ? await fetch(address, { cache: "no-store" }) : head, started);
  } catch { /* gone again: another time */ }
}

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || !request.url.startsWith(`${location.origin}/`)) return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (["style", "image"].includes(request.destination) && new URL(request.url).pathname.startsWith(files)) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});

addEventListener("message", (event) => {
  if (event.data === "ended") event.waitUntil(inTurn(() => belongTo(NOBODY)));
  if (event.data === "here") event.waitUntil(visit(event.source.url));
});

async function page(event) {
  const started = performance.now();
  let answer;
  try {
    answer = (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return instead(event.request.url);
  }
  const seen = answer.headers.has("X-Portal-Offline") ? answer.clone() : answer;
  event.waitUntil(look(event.request.url, seen, started));
  return answer;
}

/** What an answer teaches: whose phone this is, and a page to keep. A redirect tells nothing; where it leads does. */
async function look(address, answer, started) {
  const who = answer.headers.get("X-Portal-For");
  if (!who) return;
  await inTurn(async () => {
    if (started < ownedSince) return;
    await belongTo(who);
    const shelf = await caches.open(shelfOf(who));
    if (answer.ok && !answer.redirected && answer.headers.get("X-Portal-Offline") === "keep") await keep(shelf, address, answer);
    else if (!answer.ok && answer.status < 500) await shelf.delete(keyOf(address));
  });
  await bringFrame(who, languageOf(address));
}

async function belongTo(who) {
  const others = (await shelves()).filter((cache) => cache !== shelfOf(who));
  if (others.length) {
    ownedSince = performance.now();
    await Promise.all(others.map((cache) => caches.delete(cache)));
    if (others.some((cache) => ownerOf(cache) !== NOBODY)) await endNews();
  }
  await caches.open(shelfOf(who));
}

async function endNews() {
  for (const shown of await registration.getNotifications()) shown.close();
  await (await registration.pushManager?.getSubscription())?.unsubscribe();
}

async function keep(shelf, address, answer) {
  const html = await answer.text();
  const parts = [...html.matchAll(/<!--keep-->([\s\S]*?)<!--\/keep-->/g)].map(([, part]) => part).join("");
  if (!parts) return shelf.delete(keyOf(address));
  const title = /<title>([\s\S]*?)<\/title>/.exec(html)?.[1].trim() ?? "";
  const styles = [...html.matchAll(/<link rel="stylesheet" href="[^"]+">/g)].map(([link]) => link);
  await shelf.put(keyOf(address), new Response(JSON.stringify({ title, parts, styles, at: Date.now() }), {
    headers: { "Content-Type": "application/json", [AT]: Date.now() },
  }));
  await keepFiles(styles.join(""));
  const pages = (await shelf.keys()).filter(({ url }) => !isFrame(url));
  for (const oldest of pages.slice(0, Math.max(0, pages.length - MOST))) await shelf.delete(oldest);
}

async function keepFiles(html) {
  const shelf = await caches.open(FILES);
  for (const [, address] of html.matchAll(/href="([^"]+)"/g)) {
    if (address.startsWith(files) && !(await shelf.match(address))) await shelf.add(address);
  }
}

const isFrame = (address) => languages.some((code) => frameAt(code) === address);

/** The page around all others, once a day and language: late, and not while somebody waits for a page. */
async function bringFrame(who, code) {
  const fresh = async () => {
    const there = await (await caches.open(shelfOf(who))).match(frameAt(code));
    return there && Date.now() - Number(there.headers.get(AT)) < DAY;
  };
  if (await fresh()) return;
  await wait(PAUSE);
  if (!(await shelves()).includes(shelfOf(who)) || (await fresh())) return;
  try {
    const answer = await fetch(frameAt(code), { cache: "no-store" });
    if (!answer.ok || answer.redirected || answer.headers.get("X-Portal-For") !== who) return;
    const html = await answer.text();
    const headers = new Headers(answer.headers);
    ["Content-Encoding", "Content-Length"].forEach((header) => headers.delete(header));
    headers.set(AT, Date.now());
    await inTurn(async () => {
      if (!(await shelves()).includes(shelfOf(who))) return; // signed out meanwhile
      await (await caches.open(shelfOf(who))).put(frameAt(code), new Response(html, { headers }));
      await keepFiles(html);
    });
  } catch { /* gone again: another time */ }
}

// -- without a connection -------------------------------------------------------------------------------------------------

const textOf = (title) => title.split(" · ")[0];
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
const between = (html, mark, make) =>
  html.replace(new RegExp(`<!--${mark}-->([\\s\\S]*?)<!--/${mark}-->`), (all, inner) => make(inner));
const revealed = (html, mark, values) =>
  html.replace(new RegExp(`<template data-part="${mark}">([\\s\\S]*?)</template>`), (all, inner) =>
    inner.replace(/\{(\w+)\}/g, (placeholder, key) => values[key] ?? placeholder));

function moment(at, code) {
  const format = new Intl.DateTimeFormat(code === "en" ? "en-GB" : `${code}-u-nu-latn`, {
    timeZone: zone, day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  return format.format(at);
}

async function instead(address) {
  const [cache] = await shelves();
  const shelf = cache && (await caches.open(cache));
  const code = languageOf(address);
  const frame = shelf && ((await shelf.match(frameAt(code))) ?? (await anyFrame(shelf)));
  if (!frame) return Response.error(); // the browser's own page
  const pages = await keptPages(shelf);
  const page = pages.find(({ url }) => url === keyOf(address));
  let html = await frame.clone().text();
  if (page) {
    const more = page.styles.filter((link) => !html.includes(link)).join("");
    html = html.replace(/<title>[\s\S]*?<\/title>/, () => `<title>${page.title}</title>`).replace("<!--styles-->", () => more);
    html = between(html, "heading", () => textOf(page.title));
    html = between(html, "instead", () => "");
    html = revealed(html, "seen", { when: moment(page.at, code) });
    html = html.replace("<!--page-->", () => page.parts);
    // The numbers of the house one lives in would only confuse beside those of the one that this is about.
    if (page.parts.includes('class="calls"')) html = between(html, "own", () => "");
  }
  const others = pages.filter((other) => other !== page).reverse();
  const links = others.map(({ url, title, at }) => `<li><a class="list__link" href="${escaped(new URL(url).pathname + new URL(url).search)}">` +
    `<span>${textOf(title)}<br><span class="quiet small">${moment(at, code)}</span></span></a></li>`);
  if (links.length) html = revealed(html, "kept", { links: links.join("") });
  return new Response(html, { status: page ? 200 : 503, headers: frame.headers });
}

async function anyFrame(shelf) {
  for (const code of languages) {
    const frame = await shelf.match(frameAt(code));
    if (frame) return frame;
  }
}

/** Oldest first; what is too old to be told is thrown away. */
async function keptPages(shelf) {
  const pages = [];
  for (const request of await shelf.keys()) {
    if (isFrame(request.url)) continue;
    const page = await (await shelf.match(request)).json();
    if (Date.now() - page.at < days * DAY) pages.push({ url: request.url, ...page });
    else await shelf.delete(request);
  }
  return pages;
}

// -- news -------------------------------------------------------------------------------------------------------------------

addEventListener("push", (event) => {
  let news = {};
  try { news = event.data?.json() ?? {}; } catch { /* not ours; a browser wants something shown all the same */ }
  const { title = name, body = "", lang = language, dir = "auto", tag = "news", url = "/" } = news;
  event.waitUntil(registration.showNotification(title, { body, lang, dir, tag, icon, badge, data: { url } }));
});

addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.url ?? "/", location.origin);
  // A window of its own: somebody may be writing in another.
  if (address.origin === location.origin) event.waitUntil(clients.openWindow(address.href));
});
