// Arrow keys and Enter move between cells; Tab is the browser's own. Inside a text the left and right
// arrows first move to its end, and a list of choices keeps its arrow keys, so that nobody is trapped.

export function moves(table, actions) {
  table.form.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
    const cell = table.cellOf(event.target);
    if (!cell || !cell.boxes.includes(event.target)) return;
    if (event.key === "Escape") {
      actions.back(cell);
      return;
    }
    const step = stepOf(event);
    if (!step) return;
    event.preventDefault();
    const box = next(table, cell, event.target, step);
    if (box) {
      box.focus();
      box.select?.();
    } else {
      actions.left(cell); // Enter in the last row saves all the same
    }
  });
}

function stepOf(event) {
  const box = event.target;
  if (event.key === "Enter") return [event.shiftKey ? -1 : 1, 0];
  if (event.shiftKey || box.tagName === "SELECT") return null;
  if (event.key === "ArrowUp") return [-1, 0];
  if (event.key === "ArrowDown") return [1, 0];
  const all = box.selectionStart === 0 && box.selectionEnd === box.value.length;
  if (event.key === "ArrowLeft" && (all || box.selectionEnd === 0)) return [0, -1];
  if (event.key === "ArrowRight" && (all || box.selectionStart === box.value.length)) return [0, 1];
  return null;
}

function next(table, cell, box, [down, across]) {
  if (across) {
    const boxes = table.rows[cell.row].flatMap((each) => each.boxes);
    return boxes[boxes.indexOf(box) + across];
  }
  const part = cell.boxes.indexOf(box);
  for (let row = cell.row + down; table.rows[row]; row += down) {
    const boxes = table.rows[row][cell.column].boxes; // none where the period is locked
    if (boxes.length) return boxes[Math.min(part, boxes.length - 1)];
  }
  return undefined;
}
