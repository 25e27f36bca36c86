// A server for the widget inside the page: keeps one visitor's conversations, answers `fetch`, refuses sockets
// politely. `install` replaces the page's own `fetch` and `WebSocket`, `uninstall` brings them back.

let saved = null;

export function install() {
  const state = {
    requests: [],
    down: false,
    person: { id: null, role: "visitor", external_id: null, email: null, name: null },
    conversations: [],
    parts: [],
    sockets: [],
  };
  saved = { fetch: window.fetch, WebSocket: window.WebSocket, state };
  window.fetch = async (input, options) => {
    const request = input instanceof Request ? input : new Request(input, options);
    const operation = new URL(request.url).pathname.split("/").pop();
    const body = JSON.parse(await request.text());
    state.requests.push({ operation, body, keepalive: request.keepalive });
    if (state.down) throw new TypeError("Failed to fetch");
    const [status, reply] = answer(state, operation, body);
    return new Response(JSON.stringify(reply), { status });
  };
  window.WebSocket = class extends EventTarget {
    constructor() {
      super();
      this.closed = false;
      state.sockets.push(this);
      queueMicrotask(() => this.closed || this.dispatchEvent(new Event("open")));
    }
    send(text) {
      if (JSON.parse(text).type === "hello") {
        this.dispatchEvent(new MessageEvent("message", { data: '{"type":"welcome","seq":1}' }));
      }
    }
    close() {
      this.closed = true;
    }
  };
}

export function uninstall() {
  if (getter) unblockStorage();
  if (counting) stopCounting();
  if (!saved) return;
  window.fetch = saved.fetch;
  window.WebSocket = saved.WebSocket;
  saved = null;
}

export function setDown(down) {
  saved.state.down = down;
}

export function requestCount(operation) {
  return saved.state.requests.filter((request) => request.operation === operation).length;
}

export function lastRequest(operation) {
  const found = saved.state.requests.filter((request) => request.operation === operation).pop();
  return found ? JSON.stringify(found) : undefined;
}

export function openSockets() {
  return saved.state.sockets.filter((socket) => !socket.closed).length;
}

function answer(state, operation, body) {
  switch (operation) {
    case "ping":
      return [200, { session: session(state), person: state.person, workspace: { name: "Acme" },
        conversations: state.conversations, seq: 1, refusal: null }];
    case "send": {
      if (state.person.role === "visitor") {
        Object.assign(state.person, { id: "c1", role: "lead", external_id: body.visitor_id });
      }
      let part = state.parts.find((known) => known.client_id === body.client_id);
      if (!part) {
        part = { id: String(state.parts.length + 1), conversation_id: "7", client_id: body.client_id,
          author: { kind: "contact" }, body: "<p>" + body.body + "</p>", created_at: 1000 + state.parts.length };
        state.parts.push(part);
      }
      const conversation = { id: "7", key: body.conversation_key ?? state.conversations[0]?.key, preview: body.body,
        updated_at: part.created_at };
      state.conversations = [conversation];
      return [200, { session: session(state), person: state.person, conversation, part, seq: 1 }];
    }
    case "thread":
      return [200, { conversation: state.conversations[0], parts: state.parts, more: false, seq: 1 }];
    case "email":
      state.person.email = body.email;
      return [200, { person: state.person }];
    default:
      return [200, {}];
  }
}

function session(state) {
  if (state.person.role === "visitor") return null;
  return { token: "secret-of-" + state.person.id, expires_at: Math.floor(Date.now() / 1000) + 604800 };
}

let getter = null;

// Makes `localStorage` throw, as browsers do that block storage.
export function blockStorage() {
  getter = Object.getOwnPropertyDescriptor(window, "localStorage");
  Object.defineProperty(window, "localStorage", {
    configurable: true,
    get() {
      throw new DOMException("blocked", "SecurityError");
    },
  });
}

export function unblockStorage() {
  Object.defineProperty(window, "localStorage", getter);
  getter = null;
}

// Counts listeners that are added to the window and the document and not removed.
let counting = null;

export function countListeners() {
  const add = EventTarget.prototype.addEventListener;
  const remove = EventTarget.prototype.removeEventListener;
  counting = { add, remove, held: new Set() };
  EventTarget.prototype.addEventListener = function (name, callback, options) {
    if (this === window || this === document) counting.held.add(name + callbackId(callback));
    return add.call(this, name, callback, options);
  };
  EventTarget.prototype.removeEventListener = function (name, callback, options) {
    if (this === window || this === document) counting.held.delete(name + callbackId(callback));
    return remove.call(this, name, callback, options);
  };
}

export function heldListeners() {
  return [...counting.held].map((entry) => entry.split("#")[0]).join(" ");
}

export function stopCounting() {
  EventTarget.prototype.addEventListener = counting.add;
  EventTarget.prototype.removeEventListener = counting.remove;
  counting = null;
}

const ids = new WeakMap();
let lastId = 0;

function callbackId(callback) {
  if (!ids.has(callback)) ids.set(callback, ++lastId);
  return "#" + ids.get(callback);
}

// All attributes of a cookie as JSON, where the browser tells them.
export async function cookie(name) {
  const found = (await window.cookieStore.getAll()).find((one) => one.name === name);
  return found ? JSON.stringify(found) : undefined;
}
