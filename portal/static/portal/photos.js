// Photos are made small before they travel: 2000 px on the longest side, JPEG. The server re-encodes them again, because
// nobody has to run this. What cannot be decoded here goes as it is, and the server says what is wrong with it.
const LONGEST = 2000; // pixels
const QUALITY = 0.85;

async function small(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
}

export function shrinkPhotos(root) {
  for (const input of root.querySelectorAll('input[type="file"][accept*="image"]')) {
    let work = Promise.resolve();
    input.addEventListener("change", () => {
      const chosen = [...input.files];
      work = Promise.all(chosen.map((file) => small(file).catch(() => file))).then((files) => {
        const list = new DataTransfer();
        for (const file of files) list.items.add(file);
        input.files = list.files;
      });
    });
    input.form?.addEventListener("submit", async (event) => {
      if (input.dataset.ready === "yes" || !input.files.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      await work;
      input.dataset.ready = "yes";
      input.form.requestSubmit(event.submitter);
    });
    input.addEventListener("change", () => delete input.dataset.ready);
  }
}
