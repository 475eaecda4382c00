/* What a reader of labels types, wherever the cursor is, goes into the search of the list. */

import { isScan } from "./keys.js";

const search = document.getElementById("search");
let typed = "";
let last = 0;

document.addEventListener("keydown", (event) => {
  if (!search || event.target.matches("input, select, textarea")) return;
  typed = event.timeStamp - last < 50 ? typed + event.key : event.key;
  last = event.timeStamp;
  if (!isScan(typed)) return;
  event.preventDefault();
  search.value = typed.replace("Enter", "");
  search.form.requestSubmit();
});
