// <button hidden data-share="id">: hands the words of that element to another app of the phone. It shows where the browser can.
for (const button of navigator.share ? document.querySelectorAll("[data-share]") : []) {
  const source = document.getElementById(button.dataset.share);
  button.hidden = false;
  button.addEventListener("click", () => navigator.share({ text: source.textContent.trim() }).catch(() => {})); // closed again: nothing to say
}
