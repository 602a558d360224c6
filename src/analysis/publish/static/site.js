// What helps and is not needed: tables that sort and filter, links that copy, the box for a force, the search.
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
  const [box, label, input, said] = ["div", "label", "input", "span"].map((name) => document.createElement(name));
  Object.assign(input, { type: "search", id: `filter-${number}` });
  Object.assign(label, { htmlFor: input.id, textContent: "Show only rows with" });
  box.className = "filter";
  said.setAttribute("role", "status");
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const row of rows) row.hidden = !words.every((word) => row.textContent.toLowerCase().includes(word));
    said.textContent = words.length ? `${rows.filter((row) => !row.hidden).length} of ${rows.length} rows` : "";
  });
  box.append(label, " ", input, " ", said);
  table.parentElement.before(box);
}

document.querySelectorAll("table.long").forEach((table, number) => {
  sortable(table);
  filterable(table, number);
});

// Beside each finding: its words, what they are worth, and its address, to cite.
for (const finding of document.querySelectorAll(".finding[id]")) {
  const button = document.createElement("button");
  const sentence = finding.querySelector("p");
  const strength = sentence.querySelector(".badge")?.textContent ?? "";
  const words = sentence.textContent.replace(strength, "").trim();
  Object.assign(button, { type: "button", className: "copy", textContent: "Cite" });
  button.addEventListener("click", async () => {
    const address = location.href.split("#")[0] + "#" + finding.id;
    try {
      await navigator.clipboard.writeText(`“${words}” (${strength}) ${document.title}, ${address}`);
      button.textContent = "Copied with its address";
    } catch {
      location.hash = finding.id; // the address is then in the browser's own line
    }
  });
  sentence.append(" ", button);
}

// The box for a force leads straight to its page where the name is one of the list.
document.querySelector("form.find:not([data-search])")?.addEventListener("submit", (event) => {
  const typed = event.target.q.value.trim().toLowerCase();
  const found = [...document.querySelectorAll("#forces option")].find((one) => one.value.toLowerCase() === typed);
  if (found) {
    event.preventDefault();
    location.href = found.dataset.page;
  }
});

// The search: its entries are loaded when something is asked for.
const search = document.querySelector("form[data-search]");
if (search) {
  const asked = new URLSearchParams(location.search).get("q") ?? "";
  search.q.value = asked;
  const rank = (entry, words) => {
    const title = entry.t.toLowerCase();
    const all = `${title} ${entry.w.toLowerCase()}`;
    if (!words.every((word) => all.includes(word))) return 0;
    const whole = ` ${all} `.includes(` ${words.join(" ")} `);
    return (entry.k === "force" ? 8 : 0) + (title.startsWith(words[0]) ? 4 : 0) + (whole ? 2 : 0) + 1;
  };
  const show = () => {
    const words = search.q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = window.entries.map((entry) => [words.length ? rank(entry, words) : 0, entry]).filter(([points]) => points);
    found.sort((one, two) => two[0] - one[0]);
    document.querySelector("#said").textContent = words.length ? `${found.length} pages found` : "";
    document.querySelector("#results").replaceChildren(...found.slice(0, 50).map(([, entry]) => {
      const [item, link, kind] = ["li", "a", "span"].map((name) => document.createElement(name));
      Object.assign(link, { href: `../${entry.u}`, textContent: entry.t });
      Object.assign(kind, { className: "quiet", textContent: ` ${entry.k}` });
      item.append(link, kind);
      return item;
    }));
  };
  const load = () => {
    if (window.entries) return show();
    const script = document.createElement("script");
    script.src = search.dataset.search;
    script.addEventListener("load", show);
    document.head.append(script);
    return undefined;
  };
  search.addEventListener("submit", (event) => {
    event.preventDefault();
    load();
  });
  search.q.addEventListener("input", load);
  if (asked) load();
}
