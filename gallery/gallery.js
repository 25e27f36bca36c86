// The gallery's page. Alone it is a sheet of all states, each in a frame of its own, as the Messenger is; with `?state=`
// it is one of them. Also: `theme=dark`, `lang=ar`, `action=%23ffcc00`, `width`, `height`, `only=thread` (names that begin
// so), `text=200` (percent).
import init, { gallery_show as show, gallery_states as states } from './doorstep-gallery.js';

const asked = new URLSearchParams(location.search);
const of = (name, otherwise = '') => asked.get(name) || otherwise;

/** What followed from the last change is on screen. */
const drawn = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
// What is fetched when it is used.
const parts = [];
window.doorstepPart = (name, ...given) => {
  const part = import(`./parts/${name}.js`);
  const done = given.length ? part.then((found) => found.run(...given)) : part;
  parts.push(done);
  return done;
};
await init();
if (of('state')) await view(Object.fromEntries(asked));
else sheet();

/** @param {{ state?: string, lang?: string, theme?: string, action?: string }} what in place of what was there */
async function view({ state = '', lang = 'en', theme = '', action = '' }) {
  const texts = lang === 'en' ? '' : await (await fetch(`locales/${lang}.json`)).text();
  document.documentElement.lang = lang;
  const place = document.createElement('div');
  place.id = 'app';
  document.body.append(place);
  show(place, state, texts, theme, action);
  await drawn();
  await Promise.all(parts);
  await drawn();
  // The one before goes with what held it.
  for (const old of document.querySelectorAll('#app')) if (old !== place) old.remove();
}

function sheet() {
  document.body.className = `sheet ${of('theme')}`;
  const main = document.createElement('main');
  for (const name of states().filter((state) => state.startsWith(of('only')))) {
    const figure = document.createElement('figure');
    const caption = document.createElement('figcaption');
    caption.textContent = name;
    const frame = document.createElement('iframe');
    frame.width = of('width', '400');
    frame.height = of('height', '704');
    frame.title = name;
    const view = new URLSearchParams(asked);
    view.set('state', name);
    frame.src = `?${view}`;
    figure.append(caption, frame);
    main.append(figure);
  }
  document.body.append(main);
}
window.gallery = { states, view };
