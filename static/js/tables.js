// A table of an answer as programs take it.

function csvCell(cell) {
  const words = cell.textContent.trim();
  return /[",\n]/.test(words) ? `"${words.replaceAll('"', '""')}"` : words;
}

export function csvOf(table) {
  return [...table.rows].map((row) => [...row.cells].map(csvCell).join(",")).join("\r\n");
}
