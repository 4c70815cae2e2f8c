// Svelte 5, runes everywhere; styles end up in one file because the CSP allows no style elements.
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

export default {
  preprocess: vitePreprocess(),
  compilerOptions: { runes: true, css: 'external' },
};
