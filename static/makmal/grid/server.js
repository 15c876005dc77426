// Asking the server. "lost": no answer, try again later; "out": somebody must sign in first.

export class NoAnswer extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

export async function ask(form, url, body) {
  if (!navigator.onLine) throw new NoAnswer("lost");
  const headers = { "X-CSRFToken": token(form) };
  if (typeof body === "string") headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(url, { method: "POST", body, headers, credentials: "same-origin", redirect: "manual" });
  } catch {
    throw new NoAnswer("lost");
  }
  if (answer.type === "opaqueredirect" || answer.status === 403) throw new NoAnswer("out");
  if (answer.status >= 500) throw new NoAnswer("lost");
  try {
    return { ok: answer.ok, data: await answer.json() };
  } catch {
    throw new NoAnswer("lost");
  }
}

// The cookie is newer than the page where somebody has signed in again in another window.
function token(form) {
  const cookie = document.cookie.split("; ").find((each) => each.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : form.querySelector("[name=csrfmiddlewaretoken]").value;
}
