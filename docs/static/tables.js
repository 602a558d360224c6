/* Long tables: sort by a column, show only rows that hold some words. Without this script they are whole and readable. */
"use strict";

const order = new Intl.Collator("en", { numeric: true });
const key = (row, column) => row.cells[column].dataset.sort ?? row.cells[column].textContent.trim();

function sort(table, head, column) {
  const up = head.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, two) => (up ? 1 : -1) * order.compare(key(one, column), key(two, column)));
  table.tBodies[0].append(...rows);
}

function sortable(table) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(table, head, column));
    head.append(button);
  });
}

function filterable(table, number) {
  const rows = [...table.tBodies[0].rows];
  const box = document.createElement("div");
  const label = document.createElement("label");
  const input = document.createElement("input");
  const said = document.createElement("span");
  box.className = "filter";
  input.type = "search";
  input.id = `filter-${number}`;
  label.htmlFor = input.id;
  label.textContent = "Show only rows with";
  said.setAttribute("role", "status");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    said.textContent = words.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
  });
  box.append(label, input, said);
  table.parentElement.before(box);
}

document.querySelectorAll("table.long").forEach((table, number) => {
  sortable(table);
  filterable(table, number);
});
