/* Whom a comment can call: after an @ the people who may read the record are offered. */

const CALLED = /(?:^|[^\w@.])@([\w.ʻʼ'’-]*)$/u;
const WAIT = 200;

const dress = (box) => {
  const list = document.createElement("ul");
  list.className = "people-found";
  list.id = "people-found";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", box.labels[0]?.textContent ?? "");
  list.hidden = true;
  box.after(list);
  box.setAttribute("aria-controls", list.id);
  box.setAttribute("aria-autocomplete", "list");
  let timer;

  const typed = () => CALLED.exec(box.value.slice(0, box.selectionStart))?.[1];

  const close = () => {
    list.hidden = true;
    list.replaceChildren();
    box.removeAttribute("aria-activedescendant");
  };

  const choose = (item) => {
    const end = box.selectionStart;
    const start = end - typed().length;
    box.setRangeText(`${item.dataset.login} `, start, end, "end");
    close();
    box.focus();
  };

  const select = (item) => {
    for (const each of list.children) each.setAttribute("aria-selected", String(each === item));
    box.setAttribute("aria-activedescendant", item.id);
  };

  const show = (people) => {
    list.replaceChildren(
      ...people.map(({ login, name }, place) => {
        const item = document.createElement("li");
        item.id = `person-${place}`;
        item.dataset.login = login;
        item.setAttribute("role", "option");
        item.textContent = `${name} · @${login}`;
        return item;
      }),
    );
    list.hidden = !people.length;
    if (people.length) select(list.firstElementChild);
    else close();
  };

  const ask = async () => {
    const search = typed();
    if (search === undefined) {
      close();
      return;
    }
    const answer = await fetch(`${box.dataset.people}?search=${encodeURIComponent(search)}`, {
      headers: { Accept: "application/json" },
    }).catch(() => null);
    /* An answer to what was typed before comes too late. */
    if (answer?.ok && search === typed()) show(await answer.json());
  };

  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const items = [...list.children];
    const place = items.findIndex((item) => item.getAttribute("aria-selected") === "true");
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) select(items[(place + step + items.length) % items.length]);
    else if (event.key === "Enter" || event.key === "Tab") choose(items[place]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("li");
    if (item) choose(item);
  });
  box.addEventListener("blur", close);
};

for (const box of document.querySelectorAll("textarea[data-people]")) dress(box);
