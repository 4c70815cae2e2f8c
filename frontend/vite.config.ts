// How the interface is built and served while developing: the API is always the real one.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vite';

const apiPort = process.env['CHAPTERHOUSE_PORT'] ?? '8000';

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    // A strict CSP allows neither inline scripts nor data: fonts, so nothing is inlined.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The editor is one chunk of its own, loaded when a chapter opens.
    chunkSizeWarningLimit: 1200,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: {
    port: Number(process.env['CHAPTERHOUSE_DEV_PORT'] ?? '5173'),
    proxy: { '/api': { target: `http://127.0.0.1:${apiPort}`, ws: true } },
  },
});
