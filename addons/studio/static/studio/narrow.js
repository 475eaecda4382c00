/* The forms of the studio offer what fits the chosen records, and ask what the chosen kind needs. */

const form = document.getElementById("form");
const chosen = (name) => form.querySelector(`[name=${name}]`)?.value ?? "";

/* `contacts.contact.city` and `contacts.contact:city` belong to `contacts.contact`. */
const recordsOf = (value) => value.replace(/[.:][^.:]*$/, "");

const narrow = (select) => {
  const records = chosen("records");
  for (const option of select.options) {
    option.disabled = option.value !== "" && records !== "" && recordsOf(option.value) !== records;
    option.hidden = option.disabled;
  }
  if (select.selectedOptions[0]?.disabled) {
    /* What does not fit any more is chosen anew; the server would refuse it. */
    select.selectedIndex = [...select.options].findIndex((option) => !option.disabled);
  }
};

/* What each kind of deed asks for, in the row that says what is done. */
const ASKED = {
  notice: ["to", "text"],
  field: ["field", "text"],
  mail: ["to", "subject", "text"],
  webhook: ["subject", "text"],
};

const askRow = (row) => {
  const kind = row.querySelector("[name^=actions-][name$=-kind]")?.value;
  if (!(kind in ASKED)) return;
  for (const input of row.querySelectorAll("[name$=-to], [name$=-field], [name$=-subject]")) {
    input.hidden = !ASKED[kind].includes(input.name.split("-").at(-1));
  }
};

const show = (name, isShown) => {
  const input = form.querySelector(`[name=${name}]`);
  if (input) input.closest(".fgrid > *").hidden = !isShown;
};

const fit = () => {
  for (const select of form.querySelectorAll("[name$=-field], [name=day_field], [name=section]")) narrow(select);
  for (const row of form.querySelectorAll("[data-line]")) askRow(row);
  show("choices", chosen("kind") === "choice");
  show("target", chosen("kind") === "reference");
  const day = form.querySelector("[name=day_field]");
  if (day) day.closest("section").hidden = chosen("event") !== "date";
};

if (form) {
  form.addEventListener("change", fit);
  form.addEventListener("line:added", fit);
  fit();
}
