// Brings the progress of an import up to date. Without it the page has a link that does the same.
const EVERY = 4000;
const shown = () => document.querySelector("[data-makmal-progress]");

async function look() {
  const now = shown();
  if (!now) return;
  try {
    const reply = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!reply.ok) throw new Error(String(reply.status));
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    const next = page.querySelector("[data-makmal-progress]");
    if (!next || next.dataset.state !== now.dataset.state) {
      location.reload();
      return;
    }
    const bar = now.querySelector("progress");
    const newBar = next.querySelector("progress");
    if (bar && newBar) bar.value = newBar.value;
    // The text lives on in its place, so that a screen reader says what changed.
    now.querySelector("[role=status]").textContent = next.querySelector("[role=status]").textContent.trim();
  } catch {
    // Nothing is lost while the server cannot be reached: the next look tries again.
  }
  setTimeout(look, EVERY);
}

if (shown()) setTimeout(look, EVERY);
