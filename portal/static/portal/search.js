// Suggestions while one types: a combobox over a list that the server writes. Without this the form searches by itself.
const WAIT = 180; // ms after the last key
const SHORTEST = 2; // letters

for (const box of document.querySelectorAll("[data-suggestions]")) {
  const [input, list, said] = ["input", "[role=listbox]", "[role=status]"].map((what) => box.querySelector(what));
  let timer, asking, at = -1;
  const options = () => [...list.querySelectorAll("[role=option]")];

  Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })
    .forEach(([name, value]) => input.setAttribute(name, value));

  const choose = (place) => {
    const all = options();
    at = all.length ? (place + all.length + 1) % (all.length + 1) : -1;
    if (at === all.length) at = -1; // past the last: back in the box
    all.forEach((option, number) => option.setAttribute("aria-selected", String(number === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const show = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) choose(-1);
  };
  const open = (option) => option && location.assign(option.dataset.url);
  const forget = () => {
    clearTimeout(timer);
    asking?.abort();
    show(false);
  };
  const ask = async () => {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    try {
      const answer = await fetch(`${box.dataset.suggestions}?q=${encodeURIComponent(input.value.trim())}`, { signal });
      const text = answer.ok ? await answer.text() : "";
      if (signal.aborted || document.activeElement !== input) return;
      list.innerHTML = text;
      said.textContent = list.querySelector("[data-said]")?.textContent ?? "";
      at = -1;
      show(options().length > 0);
    } catch { /* no connection, or already asked anew: the form still searches */ }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < SHORTEST) {
      said.textContent = "";
      return forget();
    }
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // first the list, then, pressed again, what was typed
      forget();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && options().length) {
      event.preventDefault();
      const down = event.key === "ArrowDown";
      if (list.hidden) show(true);
      choose(at < 0 && !down ? options().length - 1 : at + (down ? 1 : -1));
    } else if (event.key === "Enter" && at >= 0) {
      event.preventDefault();
      open(options()[at]);
    }
  });
  list.addEventListener("click", ({ target }) => open(target.closest("[role=option]")));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  input.addEventListener("blur", forget);
}
