// Photos are made small before they leave the phone: at most 2000 px, JPEG. What the browser cannot read goes as it is.
// A camera hands over one photo at a time: each choice adds to those before, and each can be taken away again.
const LONGEST = 2000; // px
const SMALL_ENOUGH = 600 * 1024; // bytes
const TOO_BIG = 10 * 1024 * 1024; // bytes; the server refuses what is larger
const PHOTOS = "input[type=file][accept*=image]";
const chosen = new WeakMap(); // input -> the files that will be sent
const working = new WeakMap(); // form -> what is still being made small

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
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}

function preview(input, file, index) {
  const item = document.createElement("li");
  item.className = "photos__item";
  const image = document.createElement("img");
  image.className = "photos__image";
  image.alt = file.name;
  image.src = URL.createObjectURL(file);
  image.onload = image.onerror = () => URL.revokeObjectURL(image.src);
  item.append(image);
  if (file.size > TOO_BIG && input.dataset.tooBig) {
    const warning = document.createElement("p");
    warning.className = "field__errors";
    warning.textContent = input.dataset.tooBig.replace("#", file.name);
    item.append(warning);
  }
  if (input.dataset.remove) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link photos__remove";
    const kept = input.parentNode.querySelectorAll(".photos--kept > li").length;
    button.textContent = input.dataset.remove.replace("#", kept + index + 1);
    button.onclick = () => {
      put(input, chosen.get(input).filter((other) => other !== file));
      (input.parentNode.querySelector(".previews button") ?? input).focus();
    };
    item.append(button);
  }
  return item;
}

function show(input) {
  input.parentNode.querySelector(".previews")?.remove();
  const files = chosen.get(input);
  if (!files.length) return;
  const list = document.createElement("ul");
  list.className = "photos previews";
  list.append(...files.map((file, index) => preview(input, file, index)));
  input.before(list);
}

function put(input, files) {
  const list = new DataTransfer();
  for (const file of files) list.items.add(file);
  input.files = list.files;
  chosen.set(input, files);
  show(input);
  input.dispatchEvent(new CustomEvent("photos:chosen", { bubbles: true }));
}

async function add(input, files) {
  const small = [];
  for (const file of files) small.push(await shrink(file)); // one by one: a cheap phone has little memory
  const before = input.multiple ? chosen.get(input) ?? [] : [];
  const isThere = (file) => before.some((other) => ["name", "size", "lastModified"].every((fact) => other[fact] === file[fact]));
  put(input, [...before, ...small.filter((file) => !isThere(file))]);
}

document.addEventListener("change", ({ target: input }) => {
  if (!input.matches?.(PHOTOS)) return;
  const files = [...input.files]; // the browser has put them in the place of those before
  const work = (working.get(input.form) ?? Promise.resolve()).then(() => add(input, files)).catch(() => {});
  if (!input.form) return;
  working.set(input.form, work);
  work.then(() => { if (working.get(input.form) === work) working.delete(input.form); });
});

// draft.js brings back what was chosen before the page was left: it is small already.
document.addEventListener("photos:kept", ({ target: input, detail }) => {
  if (input.matches(PHOTOS)) put(input, [...detail, ...(chosen.get(input) ?? [])]);
});

// What was chosen has been sent by a script, and the form stays for the next.
document.addEventListener("files:emptied", ({ target: input }) => { if (input.matches(PHOTOS)) chosen.set(input, []); });

// Whoever sends before the photos are ready waits for them, not the other way round.
document.addEventListener("submit", (event) => {
  const work = working.get(event.target);
  if (!work) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target: form, submitter } = event;
  work.then(() => form.requestSubmit(submitter));
}, true);
