// Reading offline: every file of the book by its hash; a new edition fetches only what has changed.
'use strict';

const NAME = __NAME__;
const FILES = __FILES__;
const PATIENCE = 4000;

const scope = new URL('./', self.location.href).href;
const key = (file) => new Request(`${scope}${file}?kept=${FILES[file]}`);

async function keep() {
  const cache = await caches.open(NAME);
  const files = Object.keys(FILES);
  const fetchOne = async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      if (await cache.match(key(file))) continue;
      const answer = await fetch(scope + file, { cache: 'no-cache' });
      if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
      await cache.put(key(file), answer);
    }
  };
  await Promise.all([fetchOne(), fetchOne(), fetchOne(), fetchOne()]);
}

async function tidy() {
  const cache = await caches.open(NAME);
  const wanted = new Set(Object.keys(FILES).map((file) => key(file).url));
  for (const old of await cache.keys()) if (!wanted.has(old.url)) await cache.delete(old);
  await self.clients.claim();
}

async function fromNetworkFirst(request, file) {
  const cache = await caches.open(NAME);
  const late = new Promise((done) => setTimeout(done, PATIENCE));
  const answer = await Promise.race([fetch(request).catch(() => undefined), late]);
  // A book that was withdrawn or moved says so itself.
  return answer ?? (await cache.match(key(file))) ?? fetch(request);
}

async function fromCacheFirst(request, file) {
  const cache = await caches.open(NAME);
  return (await cache.match(key(file))) ?? fetch(request);
}

self.addEventListener('install', (event) => {
  self.skipWaiting();
  event.waitUntil(keep());
});
self.addEventListener('activate', (event) => event.waitUntil(tidy()));
self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET' || !request.url.startsWith(scope)) return;
  const file = decodeURI(new URL(request.url).pathname.slice(new URL(scope).pathname.length)) || 'index.html';
  if (!Object.hasOwn(FILES, file)) return;
  const first = file.endsWith('.html') ? fromNetworkFirst : fromCacheFirst;
  event.respondWith(first(request, file));
});
