/* Forms that a passkey fills in: the browser is asked, its answer is sent as the form. */

const token = document.querySelector("meta[name=csrf-token]")?.content ?? "";

const bytes = (text) => {
  const padded = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(padded), (sign) => sign.charCodeAt(0));
};

const text = (buffer) => {
  const signs = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

const known = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));

/* The server says in JSON what the browser wants in bytes. */
const asked = (options) => {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = known(options.allowCredentials);
  return read;
};

const answered = ({ id, type, response }) => {
  const said = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) said[name] = text(response[name]);
  }
  return JSON.stringify({ id, rawId: id, type, response: said });
};

const fill = async (form) => {
  const reply = await fetch(form.dataset.options, {
    method: "POST",
    headers: { "X-CSRFToken": token },
  });
  if (reply.redirected) {
    window.location = reply.url;
    return;
  }
  if (!reply.ok) throw new Error(reply.statusText);
  const publicKey = asked(await reply.json());
  const credential = await navigator.credentials[form.dataset.passkey]({ publicKey });
  form.elements.answer.value = answered(credential);
  form.submit();
};

if (window.PublicKeyCredential) {
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const failed = form.querySelector("[data-failed]");
      failed.hidden = true;
      fill(form).catch(() => { failed.hidden = false; });
    });
  }
  for (const none of document.querySelectorAll("[data-no-passkey]")) none.hidden = true;
}
