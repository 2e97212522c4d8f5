// Talking to the control API; a fault becomes an Error with the server's sentence.

async function ask(path, options) {
  let response;
  try {
    response = await fetch(`/emulator/api${path}`, options);
  } catch {
    throw new Error("连接不上模拟器，它可能已经停止");
  }
  const body = await response.json();
  if (!response.ok) throw new Error(body.error?.text ?? `HTTP ${response.status}`);
  return body;
}

export const get = (path) => ask(path);

export const post = (path, body = {}) =>
  ask(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export const remove = (path) => ask(path, { method: "DELETE" });

export const act = (openid, body) => post(`/users/${encodeURIComponent(openid)}/messages`, body);

export const upload = (file) =>
  ask("/media", { method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: file });
