// The square of a letter carries its code behind the #: from there it goes into the form, and out of the address bar,
// where the next person on this phone would read it.
const form = document.querySelector("[data-letter]");

function take() {
  const code = location.hash.slice(1);
  if (!/^[0-9a-z%+ -]{16,}$/i.test(code)) return; // "#main" leads to the text and is no code
  history.replaceState(null, "", location.pathname);
  form.elements.code.value = code;
  form.requestSubmit();
}

if (form) {
  take();
  addEventListener("hashchange", take);
}
