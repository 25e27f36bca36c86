// How other wrappers load and drive the Messenger, each as far as it matters to what they load (M§1.5). Written from the
// description of what they do; `?pattern=` chooses one. `window.said` is what they report, `window.wrapper` what a site does
// with them later.
const query = new URLSearchParams(location.search);
const app = query.get('app') || 'test';
const address = `${query.get('host')}/widget/${app}`;
window.said = [];
window.wrapper = {};
const say = (...what) => window.said.push(what);

/** A script element before the first one, as most of them do. */
function inject(loaded, source = address) {
  const script = document.createElement('script');
  script.async = true;
  script.src = source;
  if (loaded) script.addEventListener('load', loaded);
  const first = document.getElementsByTagName('script')[0];
  first.parentNode.insertBefore(script, first);
  return script;
}

/** The usual stub, with arguments objects or with arrays. */
function stub(arrays) {
  const made = arrays
    ? (...args) => made.c(args)
    : function () {
        made.c(arguments);
      };
  made.q = [];
  made.c = (args) => made.q.push(args);
  window.Intercom = made;
  return made;
}

const patterns = {
  // ng-intercom: camel case settings, an update before the script is there, boot when it has loaded.
  NG() {
    window.intercomSettings = { appId: app, updateOnRouterChange: true };
    stub();
    Intercom('update', window.intercomSettings);
    inject(() => Intercom('boot', { ...window.intercomSettings, app_id: app, user_id: 'ng' }));
  },

  // nuxt-3-intercom: the queue has another name; arrays; waits for `booted`.
  NUXT() {
    window.intercomSettings = { app_id: app, last_request_at: Date.now() / 1000 };
    const made = (...args) => made.queue.push(args);
    made.queue = [];
    window.Intercom = made;
    Intercom('onShow', () => say('show'));
    Intercom('show');
    inject(() => say('loaded', window.Intercom.booted));
  },

  // vue-intercom and @mathieustan/intercom: listeners in the load handler, boot later by the site.
  VUE() {
    stub(true);
    inject(() => {
      for (const name of ['onHide', 'onShow', 'onUnreadCountChange']) Intercom(name, (...args) => say(name, ...args));
      say('ready');
    });
    window.wrapper.boot = (settings) => Intercom('boot', settings);
  },

  // Segment's newer integration: waits until `window.Intercom` is another one, and writes on it.
  'SEG-A'() {
    window.intercomSettings = { app_id: app };
    const before = stub();
    Intercom('boot', { app_id: app, installation_type: 's' });
    inject();
    const timer = setInterval(() => {
      if (window.Intercom === before) return;
      clearInterval(timer);
      Object.assign(window.Intercom, { richLinkProperties: [], appId: app, activator: '#IntercomDefaultWidget' });
      Intercom('boot', { app_id: app, user_id: 'segment' });
      say('ready', window.Intercom.appId);
    }, 10);
  },

  // Segment's classic integration: a stub of its own over whatever is there, also after the script has run.
  'SEG-C'() {
    const overwrite = () => {
      window.Intercom = function () {
        window.Intercom.q.push(arguments);
      };
      window.Intercom.q = [];
    };
    overwrite();
    Intercom('boot', { app_id: app, widget: { activator: '#IntercomDefaultWidget' } });
    inject(() => say('loaded'));
    window.wrapper.again = () => {
      overwrite();
      Intercom('trackEvent', 'pressed');
      Intercom('show');
      inject(() => say('again'));
    };
  },

  // react-live-chat-loader and intercom-facade: a picture of a launcher until `booted`, then the real one.
  RLCL() {
    window.intercomSettings = { app_id: app };
    const fake = document.body.appendChild(Object.assign(document.createElement('button'), { id: 'fake', textContent: 'Chat' }));
    fake.onclick = () => {
      stub();
      inject();
      const timer = setInterval(() => {
        if (!window.Intercom.booted) return;
        clearInterval(timer);
        fake.remove();
        Intercom('show');
      }, 10);
    };
  },

  // react-intercom: boot without an app id, which is in the page's settings; everything deleted when it unmounts.
  RI() {
    const mount = () => {
      window.intercomSettings = { app_id: app };
      stub();
      inject();
      Intercom('boot', { name: 'RI' });
    };
    mount();
    window.wrapper.unmount = () => {
      Intercom('shutdown');
      delete window.Intercom;
      delete window.intercomSettings;
    };
    window.wrapper.mount = mount;
  },

  // angulartics2: boot with no app id anywhere.
  ANGTX() {
    stub();
    inject();
    Intercom('boot', { user_id: 'angtx' });
  },

  // angular-intercom: a command that is none, another in the wrong case.
  ANG1() {
    stub();
    inject(null, `${address}/`);
    Intercom('boot', { app_id: app });
    Intercom('hideMessages');
    Intercom('onActivatorclick', () => say('never'));
  },

  // @mentorly/react-intercom-hook: shutdown and boot at each change of who is there; always a second argument.
  MENT() {
    window.intercomSettings = { app_id: app };
    stub();
    inject();
    const be = (settings) => {
      Intercom('shutdown', undefined);
      window.intercomSettings = { app_id: app, ...settings };
      Intercom('boot', window.intercomSettings);
      Intercom('show', undefined);
    };
    be({});
    be({ user_id: 'one' });
    be({ user_id: 'two', language_override: 'de' });
  },

  // @analytics/intercom: identify is a boot over the one before, page an update, reset a shutdown; the visitor's id at once.
  ANALYTICS() {
    window.intercomSettings = { app_id: app };
    stub();
    inject(() => say('id', Intercom('getVisitorId')));
    Object.assign(window.wrapper, {
      identify: (user_id, traits) => Intercom('boot', { app_id: app, user_id, ...traits }),
      page: () => Intercom('update', window.intercomSettings),
      reset: () => Intercom('shutdown'),
    });
  },

  // intercom-rails: settings of its own making, the older snippet.
  RAILS() {
    window.intercomSettings = {
      app_id: app, installation_type: 'rails', custom_launcher_selector: null, widget: { activator: '#IntercomDefaultWidget' }, session_duration: 300000,
    };
    stub();
    if (document.readyState === 'complete') inject();
    else addEventListener('load', () => inject(), false);
  },

  // next-intercom on the server: the script's text pasted into the page, without an address.
  async NEXT() {
    window.intercomSettings = { app_id: app, api_base: query.get('host') };
    stub();
    const script = document.createElement('script');
    script.textContent = await (await fetch(address)).text();
    document.head.append(script);
    Intercom('show');
  },

  // The plain snippet twice in one page.
  TWICE() {
    window.intercomSettings = { app_id: app };
    stub();
    inject(() => say('first'));
    inject(() => say('second'));
  },
};

patterns[query.get('pattern')]();
