/* The parts of a long form behind tabs: arrows move between them, the first with an error is open. */

const list = document.querySelector("[data-tabs]");
const tabs = [...list.querySelectorAll("a")];
const panelOf = (tab) => document.getElementById(tab.hash.slice(1));

const open = (chosen) => {
  for (const tab of tabs) {
    const isOpen = tab === chosen;
    tab.setAttribute("aria-selected", String(isOpen));
    tab.tabIndex = isOpen ? 0 : -1;
    panelOf(tab).hidden = !isOpen;
  }
};

const tabOf = (element) => tabs.find((tab) => panelOf(tab).contains(element));

/* A link to a field, such as that of an error, opens the tab of the field. */
const follow = (hash) => {
  const target = hash.length > 1 && document.getElementById(hash.slice(1));
  const tab = target && tabOf(target);
  if (!tab) return;
  open(tab);
  target.scrollIntoView({ block: "nearest" });
  (target.tomselect ?? target).focus();
};

list.setAttribute("role", "tablist");
for (const tab of tabs) {
  const panel = panelOf(tab);
  tab.setAttribute("role", "tab");
  tab.setAttribute("aria-controls", panel.id);
  panel.setAttribute("role", "tabpanel");
  panel.setAttribute("aria-labelledby", tab.id);
}

const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1 };

list.addEventListener("keydown", (event) => {
  const here = tabs.indexOf(event.target.closest("a"));
  if (here < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
  const goals = { Home: 0, End: tabs.length - 1, Enter: here, " ": here };
  const step = STEPS[event.key];
  const goal = step ? (here + step + tabs.length) % tabs.length : goals[event.key];
  if (goal === undefined) return;
  event.preventDefault();
  open(tabs[goal]);
  tabs[goal].focus();
});

list.addEventListener("click", (event) => {
  const tab = event.target.closest("a");
  if (!tab) return;
  event.preventDefault();
  open(tab);
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("#errors a");
  if (!link) return;
  event.preventDefault();
  follow(link.hash);
});

open(tabs.find((tab) => tab.dataset.wrong !== undefined) ?? tabs[0]);
follow(window.location.hash);
