// Pages that open without a network: where the browser allows it (https, or this computer itself).

/** As in worker.js: the cache of what the server said about guides. */
const GUIDES = 'guides';

/** Lets this browser keep the interface and the guide for a time without a network. */
export function keepForOffline(): void {
  if (!('serviceWorker' in navigator) || !import.meta.env.PROD) return;
  // Without it everything works that has a network.
  void navigator.serviceWorker.register('/offline.js', { type: 'module' }).catch(() => undefined);
}

/** Calls once what the server says passes through the worker: what it said before was not kept. */
export function onceKept(again: () => void): void {
  if (!('serviceWorker' in navigator) || navigator.serviceWorker.controller) return;
  navigator.serviceWorker.addEventListener('controllerchange', again, { once: true });
}

/** Forgets what was kept of guides: the person leaves this device. */
export async function forgetGuides(): Promise<void> {
  if ('caches' in globalThis) await caches.delete(GUIDES).catch(() => false);
}
