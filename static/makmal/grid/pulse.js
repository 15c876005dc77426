// Every few seconds: where this person is, who else is there, and what has changed meanwhile.
import { fill } from "./cells.js";
import { ask } from "./server.js";

const BEAT = 3000; // ms

export function pulse(form, table, queue, sender, speaker) {
  const beat = async () => {
    if (document.visibilityState === "visible") await once(form, table, queue, sender, speaker);
    setTimeout(beat, BEAT);
  };
  form.addEventListener("focusin", () => {
    clearTimeout(form.makmalSoon);
    form.makmalSoon = setTimeout(() => once(form, table, queue, sender, speaker), 200);
  });
  setTimeout(beat, BEAT);
}

async function once(form, table, queue, sender, speaker) {
  const cells = Object.fromEntries([...table.cells.values()].map((cell) => [cell.key, cell.version]));
  const here = table.cellOf(document.activeElement)?.key ?? "";
  try {
    const body = JSON.stringify({ user: Number(form.dataset.user), cells, here });
    const { ok, data } = await ask(form, form.dataset.presence, body);
    if (!ok) return;
    const wasLost = !speaker.isConnected;
    speaker.connected();
    for (const cell of table.cells.values()) meet(cell, data.others[cell.key] ?? [], speaker);
    for (const theirs of data.cells) newer(table, queue, sender, speaker, theirs);
    if (wasLost) sender.flush();
  } catch (problem) {
    speaker.disconnected(problem.kind);
  }
}

function meet(cell, names, speaker) {
  if (cell.others.join() === names.join()) return;
  cell.others = names;
  cell.draw();
  if (names.length && cell.hasFocus) speaker.tell(`${cell.name}: ${fill(cell.words.here, { names: names.join(", ") })}`);
}

// A newer value than the one shown: taken over, or set beside what is being typed.
function newer(table, queue, sender, speaker, theirs) {
  const cell = table.cells.get(theirs.key);
  if (!cell || theirs.version === cell.version || sender.sending) return;
  if (theirs.locked && cell.boxes.length) return void location.reload();
  const entry = queue.get(cell.key);
  if (entry && entry.version === theirs.version) return;
  if (entry) {
    sender.meet(cell, theirs);
    speaker.tell(`${cell.name}: ${cell.now.message}`);
    return;
  }
  cell.store(theirs);
  const message = theirs.version
    ? fill(cell.words.updated, { by: theirs.by, value: theirs.said })
    : cell.words.gone;
  cell.say("", message);
  speaker.tell(`${cell.name}: ${message}`);
}
