/* What is typed is kept in this browser until it is saved; leaving a page with it is asked for twice. */

const form = document.getElementById("form");
const note = document.getElementById("draft-note");
const key = form.dataset.draft;
const skipped = new Set(["csrf_token", "add", "remove", "then"]);
let isLeaving = false;

/* What was chosen is kept with its title: it may have been searched for, and the page does not offer it. */
const titles = () => new Map([...form.querySelectorAll("select[data-choices]")].flatMap(
  (select) => [...select.selectedOptions].map(({ value, text }) => [`${select.name}=${value}`, text.trim()]),
));

const entries = () => {
  const chosen = titles();
  return [...new FormData(form)].filter(([name]) => !skipped.has(name)).map(
    ([name, value]) => (chosen.has(`${name}=${value}`) ? [name, value, chosen.get(`${name}=${value}`)] : [name, value]),
  );
};

const written = () => JSON.stringify(entries());
const asOpened = written();
const isChanged = () => form.dataset.typed !== undefined || written() !== asOpened;

const keep = () => {
  document.getElementById("unsaved").hidden = !isChanged();
  try {
    if (isChanged()) localStorage.setItem(key, written());
    else localStorage.removeItem(key);
  } catch { /* no room: the page still asks before it is left */ }
};

const drop = () => localStorage.removeItem(key);

/* Lines that the draft has and the page has not. */
const growLines = (kept) => {
  for (const box of form.querySelectorAll("[data-lines]")) {
    const part = box.dataset.lines;
    const wanted = new Set(kept.map(([name]) => name).filter((name) => name.startsWith(`${part}-`)).map((name) => Number(name.split("-")[1])).filter(Number.isInteger));
    for (const line of box.querySelectorAll("tbody [data-line]")) line.remove();
    for (const number of [...wanted].sort((a, b) => a - b)) {
      box.dispatchEvent(new CustomEvent("line:wanted", { bubbles: true, detail: number }));
      const line = box.querySelector("tbody").lastElementChild;
      const id = kept.find(([name]) => name === `${part}-${number}-id`);
      if (!id) continue;
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name: id[0], value: id[1] });
      line.firstElementChild.append(input);
    }
  }
};

const offer = (select, value, text) => {
  if (select.tomselect) select.tomselect.addOption({ value, text });
  else if (![...select.options].some((option) => option.value === value)) select.add(new Option(text, value));
};

const choose = (select, values, kept) => {
  for (const [name, value, text] of kept) if (name === select.name && text) offer(select, value, text);
  if (select.tomselect) select.tomselect.setValue(values, true);
  else for (const option of select.options) option.selected = values.includes(option.value);
};

const restore = (kept) => {
  growLines(kept);
  const values = new Map();
  for (const [name, value] of kept) values.set(name, [...(values.get(name) ?? []), value]);
  for (const input of form.elements) {
    if (!input.name || !values.has(input.name) || input.name === "csrf_token") continue;
    const given = values.get(input.name);
    if (input.type === "checkbox") input.checked = given.includes("1");
    else if (input.matches("select")) choose(input, given, kept);
    else if (input.type !== "hidden" || ["version", "was"].includes(input.name)) input.value = given.at(-1);
  }
};

const open = () => {
  let kept;
  try {
    kept = localStorage.getItem(key);
  } catch {
    return;
  }
  if (!kept || kept === asOpened || form.dataset.typed !== undefined) return;
  try {
    restore(JSON.parse(kept));
  } catch {
    drop();
    return;
  }
  note.hidden = false;
  keep();
};

form.addEventListener("input", keep);
form.addEventListener("submit", (event) => {
  isLeaving = true;
  /* The page after a save forgets the draft; a form that comes back keeps it. */
  if (!event.submitter?.matches("[name=add], [name=remove]")) sessionStorage.setItem("saving", key);
});

window.addEventListener("beforeunload", (event) => {
  if (!isLeaving && isChanged()) event.preventDefault();
});

window.addEventListener("pageshow", () => { isLeaving = false; });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-drop-draft]")) {
    drop();
    isLeaving = true;
    window.location.reload();
  }
  if (event.target.closest("[data-leave]")) {
    drop();
    isLeaving = true;
  }
});

open();
document.getElementById("errors")?.focus();
