// A form marked data-passkey="create" or "get" asks the browser for a passkey and sends its answer in the field `credential`.
// The question stands in data-options, or is fetched from data-options-url when it is needed.
const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const encode = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// Browsers of the last years read and write JSON themselves; the older ones are helped.
function question(create, json) {
  const parse = create ? "parseCreationOptionsFromJSON" : "parseRequestOptionsFromJSON";
  if (PublicKeyCredential[parse]) return PublicKeyCredential[parse](json);
  const named = (list = []) => list.map((one) => ({ ...one, id: decode(one.id) }));
  const asked = { ...json, challenge: decode(json.challenge) };
  if (create) return { ...asked, user: { ...json.user, id: decode(json.user.id) }, excludeCredentials: named(json.excludeCredentials) };
  return { ...asked, allowCredentials: named(json.allowCredentials) };
}

function answer(credential) {
  if (credential.toJSON) return credential.toJSON();
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = encode(credential.response[name]);
  }
  return {
    id: credential.id,
    rawId: encode(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

async function ask({ passkey, options, optionsUrl }) {
  if (!options) {
    const reply = await fetch(optionsUrl, { headers: { "X-Requested-With": "XMLHttpRequest" } });
    // The proof has run out meanwhile: the page leads to the next one.
    if (reply.redirected) {
      location.assign(location.pathname + location.search);
      return new Promise(() => {});
    }
    options = JSON.stringify((await reply.json()).request_options);
  }
  const { publicKey } = JSON.parse(options);
  const create = passkey === "create";
  return answer(await navigator.credentials[create ? "create" : "get"]({ publicKey: question(create, publicKey) }));
}

for (const form of window.PublicKeyCredential ? document.querySelectorAll("form[data-passkey]") : []) {
  const button = form.querySelector("[data-passkey-go]");
  const failed = form.querySelector("[data-passkey-failed]");
  form.querySelector("[data-passkey-without]").hidden = true;
  for (const part of form.querySelectorAll("[data-passkey-with]")) part.hidden = false;
  let asking = false;
  button.addEventListener("click", async () => {
    if (asking || !form.reportValidity()) return;
    asking = true;
    failed.hidden = true;
    try {
      form.elements.credential.value = JSON.stringify(await ask(form.dataset));
      form.requestSubmit(form.querySelector("[data-passkey-send]"));
    } catch {
      // The person thought better of it, the device has none, or took too long: it is not said which.
      failed.hidden = false;
    }
    asking = false;
  });
}
