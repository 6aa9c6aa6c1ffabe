// Tables whose rows can be sorted by any column: by value up, by value down, as they were. Without this file they are plain tables.
const LEAST_ROWS = 3;
const NUMBER = /^[-−+]?(?:\d[\d,]*)?(?:\.\d+)?(?:e[-−+]?\d+)?(?=$|[\s%[(±])/i;
const ORDERS = { none: "ascending", ascending: "descending", descending: "none" };

function isPlain(table) {
  const rows = [...table.rows];
  const [head] = rows;
  return (
    table.tHead?.rows.length === 1
    && table.tBodies.length === 1
    && table.tBodies[0].rows.length >= LEAST_ROWS
    && rows.every((row) => row.cells.length === head.cells.length)
    && rows.every((row) => [...row.cells].every((cell) => cell.colSpan === 1 && cell.rowSpan === 1))
  );
}

// The number that a text starts with, such as 1234.5 for "1,234.5 [1,200, 1,300]", or nothing.
function toNumber(text) {
  const found = text.match(NUMBER)?.[0];
  return found ? Number(found.replaceAll(",", "").replaceAll("−", "-")) : NaN;
}

function sorted(rows, column, order) {
  const texts = new Map(rows.map((row) => [row, row.cells[column].textContent.trim()]));
  const isEmpty = (row) => ["", "-", "–", "—", "nan", "none"].includes(texts.get(row).toLowerCase());
  const filled = rows.filter((row) => !isEmpty(row));
  const numeric = filled.every((row) => Number.isFinite(toNumber(texts.get(row))));
  const compare = numeric
    ? (a, b) => toNumber(texts.get(a)) - toNumber(texts.get(b))
    : (a, b) => texts.get(a).localeCompare(texts.get(b), "en", { numeric: true });
  const sign = order === "descending" ? -1 : 1;
  // What has no value stays at the end.
  return [...filled.sort((a, b) => sign * compare(a, b)), ...rows.filter(isEmpty)];
}

function makeSortable(table) {
  const [body] = table.tBodies;
  const original = [...body.rows];
  const heads = [...table.tHead.rows[0].cells].filter((cell) => cell.textContent.trim());
  for (const head of heads) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.title = "Sort by this column";
    button.append(...head.childNodes);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const order = ORDERS[head.getAttribute("aria-sort")];
      heads.forEach((other) => other.setAttribute("aria-sort", other === head ? order : "none"));
      body.append(...(order === "none" ? original : sorted([...original], head.cellIndex, order)));
    });
  }
}

[...document.querySelectorAll("article table")].filter(isPlain).forEach(makeSortable);
