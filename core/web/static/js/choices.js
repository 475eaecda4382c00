/* Choices of many records are searched as one types; the server answers twenty at most. */

const ask = (address) => (search, done) => {
  fetch(`${address}?search=${encodeURIComponent(search)}`, { headers: { Accept: "application/json" } })
    .then((answer) => (answer.ok ? answer.json() : []))
    .then((found) => done(found.map(({ id, name }) => ({ value: String(id), text: name }))))
    .catch(() => done());
};

const dress = (root) => {
  for (const select of root.querySelectorAll("select[data-choices]")) {
    if (select.tomselect) continue;
    const address = select.dataset.choices;
    new window.TomSelect(select, {
      plugins: select.multiple ? ["remove_button"] : [],
      maxOptions: 50,
      allowEmptyOption: !select.required && !select.multiple,
      loadThrottle: 250,
      ...(address ? { load: ask(address), shouldLoad: (search) => search.trim().length > 1 } : {}),
      render: { no_results: null, loading: null },
      onChange: () => select.dispatchEvent(new Event("input", { bubbles: true })),
    });
  }
};

dress(document);
document.addEventListener("line:added", ({ target }) => dress(target));
