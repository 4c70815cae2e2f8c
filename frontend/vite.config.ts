// How the interface is built and served while developing: the API is always the real one.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { type Plugin, defineConfig } from 'vite';

const apiPort = process.env['CHAPTERHOUSE_PORT'] ?? '8000';

/** Tells the service worker which files there are: everything with a hash in its name. */
const fileList: Plugin = {
  name: 'file-list',
  generateBundle(_options, bundle) {
    const worker = bundle['offline.js'];
    if (worker?.type !== 'chunk') throw new Error('The service worker is a chunk of its own.');
    if (worker.imports.length > 0) throw new Error('It has to stand alone.');
    const files = Object.keys(bundle)
      // Letters that few guides need come from the network, or from another font.
      .filter(
        (name) =>
          name.startsWith('assets/') &&
          !/(?:^assets.noto|-(?:cyrillic|greek|vietnamese))/.test(name),
      )
      .map((name) => ({ url: `/${name}`, revision: null }));
    worker.code = worker.code.replace('self.__FILES__', JSON.stringify(files));
  },
};

export default defineConfig({
  plugins: [svelte(), fileList],
  build: {
    target: 'es2022',
    outDir: 'dist',
    // A strict CSP allows neither inline scripts nor data: fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The editor is one chunk of its own, loaded when a chapter opens.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: {
      checks: { pluginTimings: false },
      input: { index: 'index.html', offline: 'src/offline/worker.js' },
      output: {
        entryFileNames: ({ name }) =>
          name === 'offline' ? 'offline.js' : 'assets/[name]-[hash].js',
      },
    },
  },
  server: {
    port: Number(process.env['CHAPTERHOUSE_DEV_PORT'] ?? '5173'),
    proxy: { '/api': { target: `http://127.0.0.1:${apiPort}`, ws: true } },
  },
});
