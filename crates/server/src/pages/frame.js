let port, taken;
addEventListener('message', (event) => {
  if (port || event.source !== parent || event.data !== 'doorstep:port') return;
  [port] = event.ports;
  taken?.(port);
});
parent.postMessage('doorstep:hello', '*');
globalThis.doorstepPort = (take) => {
  taken = take;
  if (port) take(port);
};
import(__JS__).then((module) => module.default({ module_or_path: __WASM__ }));
