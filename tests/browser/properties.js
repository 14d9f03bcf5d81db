// What holds of every page, whoever looks at it: returns what does not, one readable line each.
([language, direction, within, english]) => {
  const faults = [];
  const say = (what, element) => faults.push(element ? `${what}: ${shortly(element)}` : what);
  const shortly = (element) => element.outerHTML.replace(/\s+/g, " ").slice(0, 160);
  const visible = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest(".visually-hidden");
  const root = document.documentElement;

  if (root.lang !== language) say(`lang is "${root.lang}", not "${language}"`);
  if (root.dir !== direction) say(`dir is "${root.dir}", not "${direction}"`);
  if (getComputedStyle(document.body).direction !== direction) say(`the page does not read ${direction}`);
  const [subject] = document.title.split(" · ");
  if (!subject.trim()) say(`the title "${document.title}" says nothing of the page`);
  const titles = [...document.querySelectorAll("h1")].filter(visible);
  if (titles.length !== 1 || !titles[0].innerText.trim()) say(`${titles.length} h1: ${titles.map((h) => h.innerText)}`);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  for (const id of new Set(ids.filter((id, place) => ids.indexOf(id) !== place))) say(`two elements have the id "${id}"`);
  for (const image of document.images) if (image.complete && !image.naturalWidth) say("a picture that does not load", image);

  // Whoever reads Italian or Arabic is spoken to in it, but for what says that it is in another language.
  const words = new Set(english);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { parentElement: element, data } = texts.currentNode;
    const text = data.replace(/\s+/g, " ").trim();
    const inLanguage = element.closest("[lang]").lang === language && !element.closest("bdi, script, template");
    if (words.has(text) && inLanguage) say(`"${text}" is English`, element);
  }

  // A number that one dials is read in one go: not an IBAN, nor what has more figures than any telephone (E.164).
  const FIGURES = 15;
  const IBAN = /\b[A-Z]{2}\d{2}[\dA-Z ]*$/;
  const spots = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (spots.nextNode()) {
    const { currentNode: node } = spots;
    if (!visible(node.parentElement)) continue;
    for (const { 0: number, index } of node.data.matchAll(/(?:\+\d|\b0\d|\b800)[\d\u00a0 ]{5,}\d/g)) {
      if (IBAN.test(node.data.slice(0, index)) || number.replace(/\D/g, "").length > FIGURES) continue;
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + number.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      if (lines.size > 1) say(`the number ${number} goes over ${lines.size} lines`, node.parentElement);
    }
  }

  // Nothing is wider than the screen, but for what scrolls in a frame of its own.
  if (root.scrollWidth > root.clientWidth) {
    say(`${root.scrollWidth} px wide on a screen of ${root.clientWidth} px`);
    for (const element of document.body.querySelectorAll("*")) {
      const { left, right } = element.getBoundingClientRect();
      if (visible(element) && (right > root.clientWidth + 1 || left < -1)) say("  too wide", element);
    }
  }

  // A sentence that a flexible box holds bare is torn at each name in it, and its parts stand in columns.
  for (const box of document.body.querySelectorAll("*")) {
    const bare = [...box.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim().length > 1);
    if (bare.length > 1 && visible(box) && getComputedStyle(box).display.endsWith("flex")) say("words in columns", box);
  }

  // A thumb of 44 px finds every target; a link within a sentence is as high as its line (WCAG 2.5.8).
  const THUMB = 44;
  const scope = document.querySelector(within);
  const targets = scope.querySelectorAll("a[href], button, summary, select, textarea, input:not([type=hidden])");
  for (const target of targets) {
    if (!visible(target) || target.closest(".skip-link") || isInSentence(target)) continue;
    const areas = [target, ...(target.labels ?? [])].map((element) => element.getBoundingClientRect());
    if (areas.some(({ width, height }) => width > THUMB - 0.5 && height > THUMB - 0.5)) continue;
    target.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    const { left, top, width, height } = target.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + height / 2];
    const reach = THUMB / 2 - 1;
    const missed = [[-reach, 0], [reach, 0], [0, -reach], [0, reach]].some(([dx, dy]) => !hits(target, x + dx, y + dy));
    if (missed) say(`a target of ${Math.round(width)} × ${Math.round(height)} px`, target);
  }
  scrollTo(0, 0);
  return faults;

  function hits(target, x, y) {
    const found = document.elementFromPoint(x, y);
    return found && (target.contains(found) || [...(target.labels ?? [])].some((label) => label.contains(found)));
  }

  function isInSentence(target) {
    if (target.tagName !== "A" || !getComputedStyle(target).display.startsWith("inline")) return false;
    const block = target.parentElement.closest("p, li, dd, td, blockquote, h1, h2, h3, div");
    const around = [...block.childNodes].filter((node) => !node.contains(target)).map((node) => node.textContent).join("");
    return around.trim().length > 3;
  }
}
