// While an editor writes: what the page's words amount to is asked from the portal, which alone knows how to count.
const PAUSE = 1000; // milliseconds after the last key

/** The text of a rich text field, which keeps its paragraphs as JSON in a hidden field; null for any other. */
function paragraphs(value) {
  if (!value.startsWith("{")) return null;
  try {
    const { blocks } = JSON.parse(value);
    return Array.isArray(blocks) ? blocks.map((block) => block.text) : null;
  } catch {
    return null;
  }
}

function pieces(form) {
  const found = [];
  for (const field of form.querySelectorAll("input[type=text], input[type=hidden], textarea")) {
    const isText = field.matches("input[type=text], textarea");
    const rich = paragraphs(field.value.trim());
    if (rich) found.push(...rich);
    // Of what is no rich text only what readers see: the title, the summary, fields of blocks.
    else if (isText && /^(title|search_description)$|-value(-|$)/.test(field.name) && !field.closest("[hidden]")) found.push(field.value);
  }
  return found.filter((piece) => piece.trim());
}

/** The figure at the foot of the editor as well, which stays in view while one writes far below. */
function sayAtFoot(form, result) {
  const foot = form.querySelector("footer");
  if (!foot) return;
  let said = foot.querySelector("[data-readability-foot]");
  if (!said) {
    said = document.createElement("a");
    said.dataset.readabilityFoot = "";
    said.className = "readability-foot";
    said.href = `#${result.id}`;
    foot.append(said);
  }
  said.textContent = result.querySelector("[data-readability-said]")?.textContent.trim() ?? "";
}

function begin(panel) {
  const form = panel.closest("form");
  const result = panel.querySelector("[data-readability-result]");
  sayAtFoot(form, result);
  let timer;
  let asked = 0;
  let last = "";
  async function ask() {
    const body = JSON.stringify({ pieces: pieces(form) });
    if (body === last) return;
    last = body;
    const number = ++asked;
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(panel.dataset.readability, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body,
    });
    if (!answer.ok || number !== asked) return;
    result.innerHTML = await answer.text();
    sayAtFoot(form, result);
  }
  function later() {
    clearTimeout(timer);
    timer = setTimeout(() => ask().catch(() => {}), PAUSE);
  }
  for (const event of ["input", "keyup", "change"]) form.addEventListener(event, later);
}

function all() {
  for (const panel of document.querySelectorAll("[data-readability]")) begin(panel);
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", all);
else all();
