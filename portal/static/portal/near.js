// The nearest first. Only whoever presses is asked; where they are is reckoned with here and goes nowhere.
const button = document.querySelector("[data-near]");
const list = document.querySelector("[data-resources]");
const said = document.querySelector("[data-near-said]");
const known = JSON.parse(document.getElementById("resources").textContent);
const MOST = 20;
const WITHIN = 15_000; // ms that a phone may look

if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => {
    tell("asking");
    navigator.geolocation.getCurrentPosition(sort, () => tell("failed"), { maximumAge: 60_000, timeout: WITHIN });
  });
}

function tell(what) {
  said.hidden = false;
  said.textContent = said.dataset[what];
}

// Kilometres as the crow flies.
function far(a, b, c, d) {
  const [p, q, r, s] = [a, b, c, d].map((degrees) => (degrees * Math.PI) / 180);
  const h = Math.sin((r - p) / 2) ** 2 + Math.cos(p) * Math.cos(r) * Math.sin((s - q) / 2) ** 2;
  return 12742 * Math.asin(Math.sqrt(h));
}

function sort({ coords }) {
  const near = known
    .map((one) => {
      const places = one.places.map(([lat, lon, where]) => [far(coords.latitude, coords.longitude, lat, lon), where]);
      return { ...one, place: places.sort((x, y) => x[0] - y[0])[0] };
    })
    .filter((one) => one.place)
    .sort((x, y) => x.place[0] - y.place[0])
    .slice(0, MOST);
  const here = new Map([...list.children].map((entry) => [entry.querySelector("a").getAttribute("href"), entry]));
  list.replaceChildren(...near.map((one) => entry(one, here.get(one.url))));
  document.querySelector("main .pages")?.remove();
  tell("sorted");
}

// What the page has is moved; what stands on another page of the list is written here, shorter.
function entry({ title, url, language, place: [km, where] }, known) {
  const item = known ?? document.createElement("li");
  if (!known) {
    item.className = "entry";
    const body = item.appendChild(document.createElement("div"));
    body.className = "entry__body";
    const link = body.appendChild(document.createElement("a"));
    Object.assign(link, { className: "entry__link", href: url, lang: language, dir: "auto", textContent: title });
    const at = body.appendChild(document.createElement("p"));
    Object.assign(at, { className: "entry__facts", dir: "auto", textContent: where });
  }
  const facts = item.querySelector(".entry__facts");
  facts.querySelector("strong")?.remove();
  const number = km.toLocaleString(document.documentElement.lang, { maximumFractionDigits: km < 10 ? 1 : 0 });
  const told = document.createElement("strong");
  told.textContent = said.dataset.far.replace("{}", number);
  facts.prepend(told);
  return item;
}
