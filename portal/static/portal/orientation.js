// The steps of the orientation follow each other in the same page, and the matrix is weighed here, as one ticks, with
// the figures that the server weighs by (engine.py). Nothing is kept: no storage, nothing in the address; the history
// knows which step, not what was said.

const FORM = "form[data-in-place]";
const UNBOUNDED = Infinity;

/** As stand() in engine.py: { resources: [low, high], potential: [low, high] }, levels from 1 to 3. Money in cents. */
export function stand(told, figures) {
  const { resources, potential } = figures.axes;
  const isee = iseeOf(told, figures);
  const spans = [
    isee.map((sum) => resources.points.isee[placeOf(sum, figures)]),
    points(resources.points.work, told.work),
    points(resources.points.savings, told.savings),
    ticked(resources.points.strengths, told.strengths),
  ];
  const brings = ticked(potential.points.strengths, told.strengths);
  return {
    resources: [0, 1].map((end) => level(resources.levels, spans.reduce((sum, span) => sum + span[end], 0))),
    potential: brings.map((sum) => level(potential.levels, sum)),
  };
}

const level = (levels, sum) => 1 + levels.filter((from) => sum >= from).length;

function placeOf(isee, { grey: [from, to] }) {
  if (isee <= from) return "below";
  return isee <= to ? "within" : "above";
}

function points(known, answer) {
  if (answer) return [known[answer], known[answer]];
  const all = Object.values(known);
  return [Math.min(...all), Math.max(...all)];
}

function ticked(known, codes) {
  const sum = (names) => names.reduce((total, name) => total + (known[name] ?? 0), 0);
  return codes.length ? [sum(codes), sum(codes)] : [0, sum(Object.keys(known))];
}

function iseeOf({ isee, income, people }, { incomeSteps, scale, eachMore }) {
  if (isee !== null) return [isee, isee];
  if (!income) return [0, UNBOUNDED];
  const edges = [0, ...incomeSteps, UNBOUNDED];
  const divisor = (count) =>
    count <= scale.length ? scale[count - 1] : scale.at(-1) + eachMore * (count - scale.length);
  const [fewest, most] = people ? [people, people] : [1, 5];
  return [(edges[+income] * 12) / divisor(most), (edges[+income + 1] * 12) / divisor(fewest)];
}

/** A sum in cents as people write it; null for none, and for what only the server can read. */
export function cents(text) {
  const plain = text.replace(/€|euro|\s/gi, "");
  const match = /^(\d{1,3}(?:[.,'’]\d{3})+|\d+)(?:[.,](\d{1,2}))?$/.exec(plain);
  return match ? Number(match[1].replace(/\D/g, "")) * 100 + Number((match[2] ?? "0").padEnd(2, "0")) : null;
}

export function read(data) {
  const known = (name) => data.get(name) ?? "";
  const people = Number(known("people"));
  return {
    isee: cents(known("isee")),
    income: known("income"),
    savings: known("savings"),
    work: known("work"),
    people: Number.isInteger(people) && people > 0 && people <= 20 ? people : 0,
    strengths: data.getAll("strengths"),
  };
}

function weigh() {
  const figure = document.querySelector("[data-standing]");
  const source = document.getElementById("orientation-figures");
  const form = document.querySelector(FORM);
  if (!figure || !source || !form) return;
  const figures = JSON.parse(source.textContent);
  const standing = stand(read(new FormData(form)), figures);
  const within = ([low, high], number) => low <= number && number <= high;
  for (const cell of figure.querySelectorAll("[data-cell]")) {
    const [resources, potential] = cell.dataset.cell.split("-").map(Number);
    const mine = within(standing.resources, resources) && within(standing.potential, potential);
    cell.classList.toggle("standing__cell--mine", mine);
  }
  for (const side of ["resources", "potential"]) {
    figure.querySelector(`[data-side=${side}]`).textContent = figures.words[standing[side].join("-")];
  }
}

let asked = null;

async function send(form, go) {
  const told = new FormData(form);
  if (go) told.set("go", go);
  asked?.abort();
  asked = new AbortController();
  const request = { method: "POST", body: new URLSearchParams(told), signal: asked.signal };
  const answer = await fetch(form.action, request);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-orientation]");
  if (!fresh) throw new Error("no step");
  document.querySelector("[data-orientation]").replaceWith(fresh);
  document.title = page.title;
  show(fresh);
  return fresh.querySelector("[name=step]").value;
}

function show(fresh) {
  const heading = fresh.querySelector("[data-error-summary]") ?? fresh.querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
  ready();
}

function ready() {
  for (const button of document.querySelectorAll("[data-print]")) button.hidden = false;
}

// Before form.js, which would hold back a form that has been sent once.
addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    const { submitter } = event;
    // Another language is another page.
    if (!form.matches(FORM) || submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    const here = form.querySelector("[name=step]").value;
    try {
      const step = await send(form, submitter?.value);
      if (step !== here) history.pushState({ orientation: step }, "");
    } catch (error) {
      if (error.name === "AbortError") return;
      // Without the network, or with an answer that is no step: as without this module.
      if (submitter) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "go", value: submitter.value }));
      form.submit();
    }
  },
  true,
);

addEventListener("popstate", ({ state }) => {
  const form = document.querySelector(FORM);
  if (form && state?.orientation) send(form, state.orientation).catch(() => {});
});

document.addEventListener("input", weigh);
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});

const first = document.querySelector(`${FORM} [name=step]`)?.value;
if (first && document.querySelector("[data-orientation]")) {
  history.replaceState({ orientation: first }, "");
  ready();
}
