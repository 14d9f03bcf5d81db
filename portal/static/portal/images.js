// Photos are made small before they leave the phone: at most 2000 px, JPEG. What the browser cannot read goes as it is.
const LONGEST = 2000; // px
const SMALL_ENOUGH = 600 * 1024; // bytes
const working = new WeakMap();

async function shrink(file) {
  if (!file.type.startsWith("image/") || file.type === "image/gif" || file.type === "image/svg+xml") return file;
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST / Math.max(image.width, image.height));
    if (scale === 1 && file.size <= SMALL_ENOUGH) return file;
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(image.width * scale);
    canvas.height = Math.round(image.height * scale);
    const context = canvas.getContext("2d");
    context.fillStyle = "#fff"; // what was transparent
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.drawImage(image, 0, 0, canvas.width, canvas.height);
    image.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

function show(input) {
  input.parentNode.querySelector(".previews")?.remove();
  const images = [...input.files].filter((file) => file.type.startsWith("image/"));
  if (!images.length) return;
  const previews = document.createElement("div");
  previews.className = "previews";
  for (const file of images) {
    const image = document.createElement("img");
    image.alt = file.name;
    image.src = URL.createObjectURL(file);
    image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
    previews.append(image);
  }
  input.after(previews);
}

async function prepare(input) {
  const files = [...input.files];
  const small = [];
  for (const file of files) small.push(await shrink(file)); // one by one: a cheap phone has little memory
  if (files.some((file, index) => file !== input.files[index])) return; // chosen anew meanwhile
  const list = new DataTransfer();
  for (const file of small) list.items.add(file);
  input.files = list.files;
  show(input);
}

document.addEventListener("change", (event) => {
  const input = event.target;
  if (!input.matches?.("input[type=file][accept*=image]")) return;
  const work = prepare(input).catch(() => {}).then(() => { if (working.get(input.form) === work) working.delete(input.form); });
  if (input.form) working.set(input.form, work);
});

// Whoever sends before the photos are ready waits for them, not the other way round.
document.addEventListener("submit", (event) => {
  const work = working.get(event.target);
  if (!work) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target: form, submitter } = event;
  work.then(() => form.requestSubmit(submitter));
}, true);
