/* The columns of a list are put into an order here, by dragging or by a step; the form carries it. */

const list = document.querySelector("[data-columns]");

const step = (row, forwards) => {
  const other = forwards ? row.nextElementSibling : row.previousElementSibling;
  if (other && forwards) other.after(row);
  if (other && !forwards) other.before(row);
};

list?.addEventListener("click", (event) => {
  const button = event.target.closest("button[name=up], button[name=down]");
  if (!button) return;
  event.preventDefault();
  step(button.closest("[data-column]"), button.name === "down");
  button.focus();
});

if (list) window.Sortable.create(list, { handle: "[data-handle]", animation: 0 });
