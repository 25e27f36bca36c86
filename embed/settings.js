/**
 * What the page told us: `intercomSettings` and the arguments of `boot` and `update`, made tolerant of the mistakes
 * that documentation and wrappers taught people (M§3.5, M§1.5). Copies always: the page's own objects are never changed.
 */

/** Settings about the Messenger's looks, which `boot(person)` also takes from `window.intercomSettings` (M§3.1). */
const LOOKS =
  /^(api_base|alignment|(vertical|horizontal)_padding|z_index|hide_default_launcher|custom_launcher_selector|widget|(action|background|link)_color|theme_mode|language_override|session_duration|page_title|hide_notifications|cookie_consent|messenger_style_id)$/;

/** @typedef {Record<string, unknown>} Settings */

/**
 * @param {unknown} value
 * @returns {Settings} a copy of what JSON can carry, key by key: one that is a cycle or throws must not cost the others
 */
export function copy(value) {
  /** @type {Settings} */
  const made = {};
  const given = /** @type {any} */ (value && typeof value === 'object' ? value : {});
  for (const key of Object.keys(given)) {
    try {
      const text = JSON.stringify(given[key]);
      // undefined and functions have none. Nothing is thrown for them: an exception costs more than all the rest.
      if (text) made[key] = JSON.parse(text);
    } catch {
      // A cycle, a getter that throws: not a setting.
    }
  }
  return made;
}

/** @returns {Settings} `window.intercomSettings`, or its misspelt twin, with what the Rails gem encrypted (M§3.4) */
export const pageSettings = () => {
  const { intercomEncryptedPayload } = window;
  return copy({ ...(window.intercomSettings || window.IntercomSettings), intercomEncryptedPayload });
};

/**
 * @param {Settings} settings
 * @returns {string | undefined} the app id under any of the names in use
 */
export function appIdOf(settings) {
  const id = settings.app_id || settings.APP_ID || settings.appId;
  return id == null || typeof id === 'object' ? undefined : String(id);
}

/**
 * The settings of a boot: the argument alone decides who the person is (leftovers in `intercomSettings` must not log
 * somebody in again after `shutdown`), the page's global settings add looks only. Without an argument they are all.
 *
 * @param {unknown} argument
 * @returns {Settings}
 */
export function bootSettings(argument) {
  const global = pageSettings();
  if (!argument || typeof argument !== 'object') return global;
  const settings = copy(argument);
  for (const key in global) if (LOOKS.test(key) && !(key in settings)) settings[key] = global[key];
  return settings;
}

/**
 * @param {Settings} settings
 * @param {Record<string, any>} config what the server wrote into the script
 * @returns {Settings} the settings over those of the style they name (M§8.12)
 */
export const styled = (settings, config) => ({
  ...config.styles?.[/** @type {string} */ (settings.messenger_style_id)],
  ...settings,
});

/** @param {unknown} value @returns {string} an id or email; `""`, `"undefined"` and `"null"` are none (M§3.2) */
const named = (value) => String(value ?? '').replace(/^\s*(undefined|null)?\s*$/, '');

/**
 * @param {Settings} settings
 * @returns {boolean} whether they name a person (P7)
 */
export const namesPerson = (settings) =>
  !!(named(settings.user_id) || named(settings.email) || settings.intercom_user_jwt || settings.intercomEncryptedPayload);

/**
 * @param {Settings} before
 * @param {Settings} after
 * @returns {boolean} whether `after` names somebody who cannot be the person of `before`
 */
export function otherPerson(before, after) {
  const [was, is] = [named(before.user_id), named(after.user_id)];
  const [from, to] = [named(before.email), named(after.email)];
  return was || is ? !!was && !!is && was !== is : !!from && !!to && from.toLowerCase() !== to.toLowerCase();
}

/**
 * @param {unknown} value pixels, as a number or a string
 * @param {number} fallback
 * @param {number} least
 */
const pixels = (value, fallback, least) => {
  const n = parseInt(/** @type {string} */ (value), 10);
  return Number.isNaN(n) ? fallback : Math.max(n, least);
};

/** @param {unknown[]} candidates @returns {string} the first that is a CSS colour */
const colour = (...candidates) =>
  /** @type {string} */ (candidates.find((c) => typeof c === 'string' && CSS.supports('color', c)) || '#0b57d0');

/**
 * How launcher and panel look.
 *
 * @param {Settings} s merged settings
 * @param {Record<string, any>} config what the server wrote into the script
 */
export function looks(s, config) {
  const widget = /** @type {any} */ (s.widget);
  const legacy = widget && typeof widget.activator === 'string' ? widget.activator : '';
  const isDefault = legacy === '#IntercomDefaultWidget';
  const hide = s.hide_default_launcher ?? (isDefault ? false : config.hide_default_launcher);
  const action = colour(s.action_color, config.action_color);
  return {
    left: (s.alignment ?? config.alignment) === 'left',
    vertical: pixels(s.vertical_padding ?? config.vertical_padding, 20, 20),
    horizontal: pixels(s.horizontal_padding ?? config.horizontal_padding, 20, 20),
    zIndex: pixels(s.z_index, 2147483001, -2147483648),
    action,
    background: colour(s.background_color, config.background_color, action),
    hidden: hide === true || hide === 'true',
    selector: String(s.custom_launcher_selector || (isDefault ? '' : legacy)),
  };
}

/** @typedef {ReturnType<typeof looks>} Looks */

/**
 * @param {Looks} looks
 * @param {number} bottom pixels
 * @param {number} side pixels
 * @returns {string} CSS that stands something in its corner
 */
export const place = ({ left }, bottom, side) =>
  `inset:auto ${left ? 'auto' : side + 'px'} ${bottom}px ${left ? side + 'px' : 'auto'};`;
