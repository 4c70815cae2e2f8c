// The service worker: opens the pages of this server without a network. What is typed does not pass
// through here (that is sync/), only what a page needs to be shown: the interface itself, and what
// the server last said about the guide and its chapters.
import { cleanupOutdatedCaches, precacheAndRoute } from 'workbox-precaching';
import { NavigationRoute, registerRoute } from 'workbox-routing';
import { NetworkFirst } from 'workbox-strategies';

/** As in register.ts: the worker is a file of its own and shares nothing with the pages. */
const GUIDES = 'guides';
const PAGE = 'page';
/** Seconds after which a page that does not come is opened from this device. */
const PATIENCE = 5;
const ASKED_WHEN_OPENING =
  /^\/api\/(?:me|guides\/[^/]+(?:\/(?:people|chapters|tasks|claims|assets\/[^/]+))?)$/;

// Every file of this build has its hash in its name. An open tab keeps the build it began with.
precacheAndRoute(self.__FILES__);
cleanupOutdatedCaches();
self.addEventListener('install', (event) =>
  event.waitUntil(caches.open(PAGE).then((cache) => cache.add('/'))),
);
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

// One page serves all addresses. The network's comes first: it fits the server's version.
registerRoute(
  new NavigationRoute(
    new NetworkFirst({
      cacheName: PAGE,
      networkTimeoutSeconds: PATIENCE,
      plugins: [{ cacheKeyWillBeUsed: () => Promise.resolve('/') }],
    }),
    { denylist: [/^\/api\//, /^\/read\//] },
  ),
);

// Never out of impatience: something old must not take the place of an answer that is on its way.
registerRoute(
  ({ url, sameOrigin }) => sameOrigin && ASKED_WHEN_OPENING.test(url.pathname),
  new NetworkFirst({ cacheName: GUIDES }),
);
