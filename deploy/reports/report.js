"use strict";
(() => {
  const search = document.getElementById("search");
  if (!search) return;
  const body = document.querySelector(".patterns tbody");
  const found = document.getElementById("found");
  const rows = [...body.rows].map((row) => ({ row, text: row.querySelector(".text code").textContent.toLowerCase() }));
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, text } of rows) {
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    found.textContent = shown + (shown === 1 ? " pattern" : " patterns");
  });
  const number = (row, key) => BigInt(row.dataset[key]);
  const compare = {
    text: (a, b) => a.text.localeCompare(b.text),
    count: (a, b) => Number(number(a.row, "count") - number(b.row, "count")),
    first: (a, b) => (number(a.row, "first") < number(b.row, "first") ? -1 : 1),
    last: (a, b) => (number(a.row, "last") < number(b.row, "last") ? -1 : 1),
  };
  for (const button of document.querySelectorAll("th button")) {
    button.addEventListener("click", () => {
      const head = button.parentElement;
      const up = head.getAttribute("aria-sort") === "descending" || (!head.hasAttribute("aria-sort") && button.dataset.sort !== "count");
      for (const other of document.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      rows.sort((a, b) => compare[button.dataset.sort](a, b) * (up ? 1 : -1));
      body.append(...rows.map(({ row }) => row));
    });
  }
})();
