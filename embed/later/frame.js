/**
 * The talk with the Messenger's frame (protocol `host.rs`): hello, port, then JSON text both ways. Checks that whoever
 * says hello is our own frame and comes from the server's origin: any script, advertisement or other frame of the page
 * can post messages too.
 */

/**
 * @param {HTMLIFrameElement} iframe already given its address
 * @param {string} origin the server's
 * @param {MessageEvent | undefined} early what a frame said before this was there to hear it
 * @param {{ boot: () => object[], receive: (message: any) => void }} on `boot` makes the first messages, at each hello:
 *   a frame that was moved in the DOM starts anew
 */
export function connect(iframe, origin, early, on) {
  /** @type {MessagePort | null} */
  let port = null;
  // A sandboxed page makes its frames' origins opaque as well; the source still tells ours from others.
  const theirs = self.origin === 'null' ? 'null' : origin;

  /** @param {MessageEvent} event */
  const hello = (event) => {
    if (event.data !== 'doorstep:hello' || !event.source || event.source !== iframe.contentWindow) return;
    if (event.origin !== theirs) return;
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => {
      try {
        on.receive(JSON.parse(data));
      } catch (error) {
        console.error('Doorstep: a frame message failed', error);
      }
    };
    iframe.contentWindow.postMessage('doorstep:port', theirs === 'null' ? '*' : origin, [channel.port2]);
    for (const message of on.boot()) port.postMessage(JSON.stringify(message));
  };
  addEventListener('message', hello);
  // Once all that was asked before this was there is done: a frame whose first message shows what was hidden meanwhile would
  // have it read.
  if (early) queueMicrotask(() => hello(early));

  return {
    /**
     * What is said before the port is open is not lost: `boot` carries the whole state when it opens.
     *
     * @param {object} message protocol `HostToFrame`
     * @returns {boolean} whether there was somebody to say it to
     */
    send(message) {
      port?.postMessage(JSON.stringify(message));
      return !!port;
    },
    close() {
      removeEventListener('message', hello);
      port?.close();
      port = null;
    },
  };
}
