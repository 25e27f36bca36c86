// A site that uses Intercom's own package for browsers. A test finds its functions at `window.sdk`.
import Intercom, * as commands from '@intercom/messenger-js-sdk';

window.sdk = { ...commands, Intercom };
window.said = [];
const given = new URLSearchParams(location.search).get('props');
if (given) Intercom(JSON.parse(given));
window.mounted = true;
