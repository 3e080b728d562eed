// The page's way to its server: JSON there and back, and one stream of events.

async function answered(response) {
  if (response.ok) return response.json();
  const reason = await response.text();
  throw new Error(reason || `the server answered ${response.status}`);
}

export async function get(path, query = {}) {
  const asked = new URLSearchParams(query).toString();
  return answered(await fetch(`/api/${path}${asked && `?${asked}`}`));
}

export async function post(path, body) {
  return answered(
    await fetch(`/api/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body ?? {}),
    }),
  );
}

export async function sendFile(query, file) {
  const given = Object.entries(query).filter(([, value]) => value !== null);
  const address = `/api/send-file?${new URLSearchParams(given)}`;
  return answered(
    await fetch(address, {
      method: "POST",
      headers: { "Content-Type": file.type || "application/octet-stream" },
      body: file,
    }),
  );
}

/** Follow what happens behind event number `after`; the browser reconnects by itself. */
export function follow(after, onEvent, onState) {
  const stream = new EventSource(`/api/events?after=${after}`);
  stream.onmessage = (message) => onEvent(JSON.parse(message.data));
  stream.onopen = () => onState(true);
  stream.onerror = () => onState(false);
  return () => stream.close();
}
