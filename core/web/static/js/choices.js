/* Choices of many records are searched as one types; the server answers twenty at most. What is not
   among them is made in a dialog. */

import { makeQuickly } from "./quick.js";

/* The server knows how names are spelt: what it finds is shown, and nothing else. */
const ask = (address) => function load(search, done) {
  fetch(`${address}?search=${encodeURIComponent(search)}`, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : []))
    .then((found) => {
      /* An answer to what was typed before comes too late. */
      if (search !== this.inputValue()) {
        done();
        return;
      }
      this.clearOptions();
      done(found.map(({ id, name }) => ({ value: String(id), text: name })));
    })
    .catch(() => done());
};

/* The empty choice is none of what was searched for. */
const found = (search) => (item) => (search && item.value === "" ? 0 : 1);

const createWord = document.querySelector("[data-create-word]")?.dataset.createWord ?? "{text}";

const option = ({ text }, escape) => `<div>${escape(text.trim() || "—")}</div>`;

/* What was typed is offered as a new record, last among the choices. */
const creating = (select) => ({
  create: (text, done) => {
    select.tomselect.setTextboxValue("");
    makeQuickly(select.dataset.create, text).then((made) => {
      done(made && { value: String(made.id), text: made.name });
      /* The choice is made: the box gets the focus back without its list, whose first line would clear it. */
      const { settings } = select.tomselect;
      settings.openOnFocus = false;
      select.tomselect.focus();
      setTimeout(() => { settings.openOnFocus = true; });
    });
  },
  createFilter: (text) => text.trim() !== "",
  persist: true,
  render: {
    option,
    no_results: null,
    loading: null,
    option_create: ({ input }, escape) => `<div class="create" role="option">${escape(createWord.replace("{text}", input))}</div>`,
  },
});

const dress = (root) => {
  for (const select of root.querySelectorAll("select[data-choices]")) {
    if (select.tomselect) continue;
    const address = select.dataset.choices;
    /* The label goes over to the input that takes its place. */
    select.setAttribute("aria-hidden", "true");
    new window.TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      maxOptions: 50,
      allowEmptyOption: !select.required && !select.multiple,
      loadThrottle: 250,
      ...(address ? { load: ask(address), shouldLoad: () => true, score: found } : {}),
      render: { option, no_results: null, loading: null },
      ...(select.dataset.create ? creating(select) : {}),
      onChange: () => select.dispatchEvent(new Event("input", { bubbles: true })),
    });
  }
};

dress(document);
document.addEventListener("line:added", ({ target }) => dress(target));
document.addEventListener("quick:shown", ({ target }) => dress(target));
