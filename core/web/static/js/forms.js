/* Forms: no empty field in an address, a password can be shown, a deed is not sent twice. */

document.addEventListener("formdata", (event) => {
  if (!event.target.matches("[data-drop-empty]")) return;
  const { formData } = event;
  for (const [name, value] of [...formData]) {
    if (value === "") {
      formData.delete(name);
      formData.delete(`${name}.op`);
    }
  }
});

for (const button of document.querySelectorAll("[data-reveal]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.reveal);
    const shown = field.type === "password";
    field.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", String(shown));
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

/* The browser may bring a page back from its cache as it was left. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
