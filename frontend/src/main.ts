// The first thing that runs: fonts, tokens, then the app.
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/source-serif-4/index.css';
import '@fontsource-variable/source-serif-4/wght-italic.css';
// Fetched only where letters of these scripts stand on the page.
import '@fontsource-variable/noto-naskh-arabic/index.css';
import '@fontsource-variable/noto-serif-devanagari/index.css';
import './ui/tokens.css';
import './ui/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { keepForOffline } from './offline/register';

const target = document.getElementById('app');
if (target) mount(App, { target });
keepForOffline();
