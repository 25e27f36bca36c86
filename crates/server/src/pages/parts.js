const parts = __PARTS__;
globalThis.doorstepPart = (name, ...given) => {
  const part = import(new URL(parts[name], import.meta.url).href);
  return given.length ? part.then((found) => found.run(...given), () => {}) : part;
};
globalThis.doorstepFocus = (field) => {
  if (document.hasFocus()) return field.focus();
  const off = new AbortController(), { signal } = off;
  addEventListener('focus', () => (off.abort(), field.focus()), { signal });
  addEventListener('pointerdown', () => off.abort(), { signal, capture: true });
};
