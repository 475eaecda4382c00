/* Choices of many records are searched as one types; the server answers twenty at most. */

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
      ...(address ? { load: ask(address), shouldLoad: () => true, score: () => () => 1 } : {}),
      render: { no_results: null, loading: null },
      onChange: () => select.dispatchEvent(new Event("input", { bubbles: true })),
    });
  }
};

dress(document);
document.addEventListener("line:added", ({ target }) => dress(target));
