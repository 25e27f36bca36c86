// The real server, a customer's site of another origin and the teammate Grace, for the tests of one file.
import { after, before } from 'node:test';
import { openInbox, startDoorstep } from './doorstep.mjs';
import { startSite } from './site.mjs';

/**
 * @param {Parameters<typeof startDoorstep>[0]} [options]
 * @returns {{ server: Awaited<ReturnType<typeof startDoorstep>>, site: Awaited<ReturnType<typeof startSite>>,
 *   grace: Awaited<ReturnType<typeof openInbox>> }} filled before the first test runs
 */
export function town(options) {
  const place = {};
  before(async () => {
    place.server = await startDoorstep(options);
    place.site = await startSite({ doorstep: place.server.origin, app: place.server.app });
    place.grace = await openInbox(place.server);
  });
  after(async () => {
    await place.site?.close();
    await place.server?.close();
  });
  return place;
}
