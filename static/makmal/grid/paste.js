// A block copied from a spreadsheet fills cells from the one it is pasted into. Whatever could mean two
// things is marked by the server, which knows that it was pasted; nothing is guessed.
import { fill } from "./cells.js";

export function pastes(table, actions, speaker) {
  table.form.addEventListener("paste", (event) => {
    const cell = table.cellOf(event.target);
    const text = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !/[\t\n\r]./.test(text)) return; // one value: the browser's own paste
    event.preventDefault();
    const { filled, left } = spread(table, cell, event.target, lines(text));
    for (const each of filled) {
      actions.typed(each, true);
      actions.left(each);
    }
    const told = [fill(speaker.words.pasted, { n: filled.size })];
    if (left) told.push(fill(speaker.words.left, { n: left }));
    speaker.notice(told.join(" "));
  });
}

function lines(text) {
  const rows = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n");
  return rows.map((line) => line.split("\t").map((value) => value.trim()));
}

// A ratio takes two columns of the block for each period; an empty value leaves its cell as it is.
function spread(table, start, box, block) {
  const filled = new Set();
  let left = 0;
  block.forEach((values, down) => {
    const row = table.rows[start.row + down];
    const slots = row ? slotsFrom(row, start, box) : [];
    values.forEach((value, across) => {
      if (value === "") return;
      const slot = slots[across];
      if (slot?.box && put(slot.box, value)) filled.add(slot.cell);
      else left += 1;
    });
  });
  return { filled, left };
}

function slotsFrom(row, start, box) {
  const slots = row
    .slice(start.column)
    .flatMap((cell) => Array.from({ length: cell.slots }, (_none, part) => ({ cell, box: cell.boxes[part] })));
  const isRatio = row[start.column].slots > 1;
  return slots.slice(isRatio ? Math.max(start.boxes.indexOf(box), 0) : 0);
}

function put(box, value) {
  if (box.tagName !== "SELECT") {
    box.value = value;
    return true;
  }
  const option = [...box.options].find((each) => value === each.value || value === each.textContent.trim());
  if (option) box.value = option.value;
  return Boolean(option);
}
