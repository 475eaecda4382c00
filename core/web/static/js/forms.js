/* Forms: no empty field in an address, a password can be shown, a deed is not sent twice, keys save. */

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
  if (event.defaultPrevented || form.method !== "post" || event.submitter?.matches("[data-again]")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});

/* The browser may bring a page back from its cache as it was left. */
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

/* Ctrl S saves, Ctrl Enter saves and opens a new one. */
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || document.querySelector("dialog[open]")) return;
  const wanted = event.key === "s" ? "[data-save]" : event.key === "Enter" ? "[data-save-new]" : "";
  const button = wanted && document.querySelector(wanted);
  if (!button) return;
  event.preventDefault();
  button.click();
});

/* A draft goes when the page after its form is another one, and all of them with who logs out. */
const saved = sessionStorage.getItem("saving");
const form = document.getElementById("form");
const isBack = form?.dataset.draft === saved && form.dataset.typed !== undefined;
if (saved && !document.getElementById("conflict")) {
  if (!isBack) localStorage.removeItem(saved);
  sessionStorage.removeItem("saving");
}

document.addEventListener("submit", (event) => {
  if (event.target.getAttribute("action") !== "/logout") return;
  for (const name of Object.keys(localStorage)) if (name.startsWith("draft:")) localStorage.removeItem(name);
});
