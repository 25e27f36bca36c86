// A React site as react-use-intercom's readers write it. What a test wants to press it finds at `window.intercom`, the
// hook's own functions; `window.said` has what its callbacks were told.
import { createElement, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { IntercomProvider, useIntercom } from 'react-use-intercom';

const options = JSON.parse(new URLSearchParams(location.search).get('options') || '{}');
window.said = [];
const say = (name) => (...args) => window.said.push([name, ...args.filter((arg) => typeof arg !== 'object')]);

function Page({ again }) {
  window.intercom = useIntercom();
  const [renders, setRenders] = useState(0);
  useEffect(() => {
    window.render = () => setRenders((n) => n + 1);
    window.remount = again;
    window.mounted = true;
  });
  return createElement('p', {}, `A page made by React, drawn ${renders + 1} times`);
}

function Site() {
  const [key, setKey] = useState(0);
  return createElement(
    IntercomProvider,
    {
      key,
      appId: 'test',
      onShow: say('show'),
      onHide: say('hide'),
      onUnreadCountChange: say('unread'),
      onUserEmailSupplied: say('email'),
      onLoad: say('load'),
      onLoadFailed: say('failed'),
      ...options,
    },
    createElement(Page, { again: () => setKey((n) => n + 1) }),
  );
}

createRoot(document.getElementById('root')).render(createElement(Site));
