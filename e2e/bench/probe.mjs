// What runs in every frame while measuring: notes the first animation frame in which the launcher, the panel's content and
// the composer can be seen, and every long task.

/** @param {{ launcher: string, panel: string, composer: string }} look CSS selectors; `>>>` enters a shadow root */
export function probe(look) {
  if (window.probed) return;
  const noted = { launcher: 0, panel: 0, composer: 0, tasks: [] };
  window.probed = noted;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) noted.tasks.push([startTime, duration]);
  }).observe({ type: 'longtask', buffered: true });
  const find = (selector) => {
    let places = [document];
    for (const part of selector.split('>>>')) {
      places = places.flatMap((place) => [...(place.shadowRoot || place).querySelectorAll(part.trim())]);
    }
    return places;
  };
  const seen = (element) => {
    const box = element.getBoundingClientRect();
    const inside = box.width > 7 && box.height > 7 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight;
    return inside && element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  };
  const tick = () => {
    const now = performance.timeOrigin + performance.now();
    for (const name of ['launcher', 'panel', 'composer']) {
      if (!noted[name] && look[name] && find(look[name]).some(seen)) noted[name] = now;
    }
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}

/**
 * A browser nobody has used: cold caches, frames of other sites in the page's own process. That is the worst case, and what
 * phones with little memory do.
 * @param {import('playwright-core').BrowserType} chromium @param {string} profile
 */
export const coldBrowser = (chromium, profile) =>
  chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
    viewport: { width: 1280, height: 800 },
    locale: 'en-US',
    args: [
      '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--mute-audio', '--enable-precise-memory-info',
      '--disable-site-isolation-trials', '--disable-features=IsolateOrigins,site-per-process',
      '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1 , EXCLUDE localhost',
    ],
  });

/** The middle one. @param {(number | undefined)[]} values */
export function median(values) {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  return known.length ? (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2 : undefined;
}
