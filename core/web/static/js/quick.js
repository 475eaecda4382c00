/* Makes a record in #dialog while another form is filled in; answers {id, name}, or nothing when it was closed. */

const dialog = document.getElementById("dialog");
const said = document.getElementById("toasts")?.dataset ?? {};

const complain = (status) => {
  const text = status === undefined ? said.offline : status === 403 ? said.refused : said.failed;
  document.dispatchEvent(new CustomEvent("toast", { detail: { level: "bad", text } }));
};

const show = (html) => {
  dialog.innerHTML = html;
  if (!dialog.open) dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("quick:shown", { bubbles: true }));
  (dialog.querySelector("[aria-invalid]") ?? dialog.querySelector("form [id^=quick-]"))?.focus();
};

export const makeQuickly = async (url, text) => {
  if (dialog.open) return undefined;
  try {
    const answer = await fetch(`${url}?search=${encodeURIComponent(text.trim())}`);
    if (!answer.ok) {
      complain(answer.status);
      return undefined;
    }
    show(await answer.text());
  } catch {
    complain();
    return undefined;
  }
  return new Promise((done) => {
    let made;
    const save = async (event) => {
      event.preventDefault();
      const form = event.target;
      if (form.dataset.sent) return;
      form.dataset.sent = "yes";
      try {
        const answer = await fetch(form.action, { method: "POST", body: new FormData(form) });
        if (answer.status === 422) show(await answer.text());
        else if (answer.status === 201) {
          made = await answer.json();
          dialog.close();
        } else {
          delete form.dataset.sent;
          complain(answer.status);
        }
      } catch {
        delete form.dataset.sent;
        complain();
      }
    };
    dialog.addEventListener("submit", save);
    dialog.addEventListener("close", () => {
      dialog.removeEventListener("submit", save);
      done(made);
    }, { once: true });
  });
};
