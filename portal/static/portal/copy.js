// <button hidden data-copy="id">: copies the words of that element, and says so in the [role=status] behind it. It shows where
// the browser can; without it the words are selected by hand.
for (const button of navigator.clipboard ? document.querySelectorAll("[data-copy]") : []) {
  const source = document.getElementById(button.dataset.copy);
  const said = button.parentElement.querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent.trim());
      said.textContent = said.dataset.copied;
    } catch {
      getSelection().selectAllChildren(source); // refused: one press less
    }
  });
}
