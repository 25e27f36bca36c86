/**
 * The page's callbacks: `onShow`, `onHide`, `onUnreadCountChange`, `onUserEmailSupplied`. They may be registered before
 * boot, stay over a boot, and are dropped by `shutdown` (wrappers register them again, M§1.4).
 */
export function createListeners() {
  /** @type {Record<string, Set<Function>>} */
  let lists = {};
  return {
    /**
     * @param {string} name
     * @param {unknown} fn anything but a function is ignored, as documentation shows calls without one (M§3.5)
     * @returns {fn is Function}
     */
    add(name, fn) {
      if (typeof fn !== 'function') return false;
      (lists[name] ||= new Set()).add(fn);
      return true;
    },
    /** @param {string} name @param {...unknown} args */
    fire(name, ...args) {
      for (const fn of [...(lists[name] || [])]) call(fn, args);
    },
    clear() {
      lists = {};
    },
  };
}

/**
 * The page's code is not ours: what it throws is reported and goes no further.
 *
 * @param {Function} fn
 * @param {unknown[]} args
 */
export function call(fn, args) {
  try {
    fn(...args);
  } catch (error) {
    console.error(error);
  }
}
